import assert from 'node:assert/strict';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { formatETag } from '../../../src/model/etag.ts';
import type { ObjectRef } from '../../../src/model/object.ts';
import { createBucket, put } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { createAdapters } from '../our-adapters.ts';
import { partBodies, uploadParts } from '../upload-parts.ts';
import { helloWorld, partedCrc32 } from '../vectors.ts';

/** Stores `hello world` in a versioned bucket under a key that has to be encoded. */
async function store(cloud: Cloud): Promise<ObjectRef & { readonly versionId: string }> {
  const bucket = await createBucket(cloud, { versioned: true });
  const key = 'a b+c/100%é😀';
  const { versionId } = await put(cloud, { bucket, key });
  return { bucket, region: cloud.home, key, versionId };
}

async function storeParts(cloud: Cloud): Promise<ObjectRef> {
  const bucket = await createBucket(cloud);
  const upload = { Bucket: bucket, Key: 'k', ChecksumAlgorithm: 'CRC32' as const };
  const claims = partedCrc32.parts.map((ChecksumCRC32) => ({ ChecksumCRC32 }));
  await uploadParts(cloud, upload, { bodies: partBodies, claims });
  return { bucket, region: cloud.home, key: 'k' };
}

const sizeBytes = partBodies.reduce((sum, body) => sum + body.length, 0);

export const objectStoreCases: Cases = {
  'our store: a HEAD tells size, ETag, version and checksum': async (cloud) => {
    const { objects, call } = createAdapters();
    const object = await store(cloud);
    const head = await objects.head(object, { ...call, checksums: true });
    assert.equal(head.state, 'present');
    const state = head.state === 'present' ? head.value : assert.fail();
    assert.deepEqual(
      [state.sizeBytes, state.etag, state.versionId, state.checksums],
      [
        11,
        { kind: 'content-md5', hex: '5eb63bbbe01eeed093cb22bb8f5acdc3' },
        object.versionId,
        [{ algorithm: 'CRC32', type: 'FULL_OBJECT', base64: helloWorld.CRC32 }],
      ],
    );
  },
  'our store: a key that is not there and a delete marker are absent': async (cloud) => {
    const { objects, call } = createAdapters();
    const object = await store(cloud);
    const { VersionId: marker = '' } = await cloud
      .s3(cloud.home)
      .send(new DeleteObjectCommand({ Bucket: object.bucket, Key: object.key }));
    for (const versionId of [marker, undefined]) {
      const { bucket, region, key } = object;
      const ref = { bucket, region, key, ...(versionId === undefined ? {} : { versionId }) };
      assert.equal((await objects.head(ref, { ...call, checksums: true })).state, 'absent');
      assert.equal((await objects.read(ref, call)).state, 'absent');
    }
  },
  'our store: a reading gives all bytes, or those from a byte on': async (cloud) => {
    const { objects, call } = createAdapters();
    const object = await store(cloud);
    for (const [fromByte, expected] of [
      [0, 'hello world'],
      [6, 'world'],
    ] as const) {
      const opened = await objects.read(object, { ...call, fromByte });
      const { body, state } = opened.state === 'present' ? opened.value : assert.fail();
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      assert.deepEqual([Buffer.concat(chunks).toString(), state.sizeBytes], [expected, 11]);
    }
  },
  'our store: content with a checksum that the SDK cannot compute is read': async (cloud) => {
    const { objects, call } = createAdapters();
    const bucket = await createBucket(cloud);
    const body = { Bucket: bucket, Key: 'k', Body: 'hello world' };
    const claim = { ChecksumAlgorithm: 'XXHASH3' as const, ChecksumXXHASH3: helloWorld.XXHASH3 };
    await cloud.s3(cloud.home).send(new PutObjectCommand({ ...body, ...claim }));
    const opened = await objects.read({ bucket, region: cloud.home, key: 'k' }, call);
    const { state } = opened.state === 'present' ? opened.value : assert.fail();
    assert.deepEqual(state.checksums, [{ algorithm: 'XXHASH3', type: 'FULL_OBJECT', base64: helloWorld.XXHASH3 }]);
  },
  'our store: content that was replaced meanwhile is said to be': async (cloud) => {
    const { objects, call } = createAdapters();
    const bucket = await createBucket(cloud);
    const object = { bucket, region: cloud.home, key: 'k' };
    await put(cloud, { bucket, key: 'k' });
    const head = await objects.head(object, { ...call, checksums: false });
    const ifMatch = head.state === 'present' ? formatETag(head.value.etag) : assert.fail();
    await put(cloud, { bucket, key: 'k', body: 'another' });
    const opened = await objects.read(object, { ...call, ifMatch });
    assert.deepEqual(opened, { state: 'unreadable', reason: 'overwritten-meanwhile' });
  },
  'our store: an archived object has a state and no bytes': async (cloud) => {
    const { objects, call } = createAdapters();
    const bucket = await createBucket(cloud);
    const object = { bucket, region: cloud.home, key: 'k' };
    const body = { Bucket: bucket, Key: 'k', Body: 'x', StorageClass: 'DEEP_ARCHIVE' as const };
    await cloud.s3(cloud.home).send(new PutObjectCommand(body));
    const head = await objects.head(object, { ...call, checksums: false });
    assert.equal(head.state === 'present' ? head.value.archive : head.state, 'archived');
    assert.deepEqual(await objects.read(object, call), { state: 'unreadable', reason: 'archived' });
  },
  'our store: an object in another Region is said to be there': async (cloud) => {
    const { objects, call } = createAdapters();
    const object = { ...(await store(cloud)), region: cloud.abroad };
    const wrong = { state: 'unreadable', reason: 'wrong-region' };
    assert.deepEqual(await objects.head(object, { ...call, checksums: false }), wrong);
    assert.deepEqual(await objects.read(object, call), wrong);
  },
  'our store: an object put at once has no parts': async (cloud) => {
    const { objects, call } = createAdapters();
    const object = await store(cloud);
    assert.deepEqual(await objects.parts(object, { ...call, sizeBytes: 11, exact: true }), { state: 'absent' });
  },
  'our store: the sizes of parts are inferred from the first': async (cloud) => {
    const { objects, call } = createAdapters();
    const parts = await objects.parts(await storeParts(cloud), { ...call, sizeBytes, exact: false });
    assert.deepEqual(
      parts.state === 'present' ? parts.value.map((part) => part.sizeBytes) : parts,
      partBodies.map(({ length }) => length),
    );
  },
  'our store: the exact sizes of parts are those that were uploaded': async (cloud) => {
    const { objects, call } = createAdapters();
    const parts = await objects.parts(await storeParts(cloud), { ...call, sizeBytes, exact: true });
    assert.deepEqual(
      parts.state === 'present' ? parts.value.map((part) => [part.partNumber, part.sizeBytes]) : parts,
      partBodies.map(({ length }, index) => [index + 1, length]),
    );
  },
  'our store: exact parts come with their stored checksums': async (cloud) => {
    const { objects, call } = createAdapters();
    const parts = await objects.parts(await storeParts(cloud), { ...call, sizeBytes, exact: true });
    assert.deepEqual(
      parts.state === 'present' ? parts.value : parts,
      partBodies.map(({ length }, index) => ({
        partNumber: index + 1,
        sizeBytes: length,
        checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT', base64: partedCrc32.parts[index] }],
      })),
    );
  },
};
