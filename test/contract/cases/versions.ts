import assert from 'node:assert/strict';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { createBucket, put, setVersioning } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';

async function textOf(cloud: Cloud, object: { Bucket: string; Key: string; VersionId?: string }): Promise<string> {
  const { Body: body } = await cloud.s3(cloud.home).send(new GetObjectCommand(object));
  return (await body?.transformToString()) ?? '';
}

/** Version IDs of a key that was written twice and then deleted. */
async function storeDeletedKey(cloud: Cloud): Promise<{
  readonly object: { readonly Bucket: string; readonly Key: string };
  readonly first: string;
  readonly second: string;
  readonly marker: string;
}> {
  const bucket = await createBucket(cloud, { versioned: true });
  const { versionId: first } = await put(cloud, { bucket, key: 'k', body: 'one' });
  const { versionId: second } = await put(cloud, { bucket, key: 'k', body: 'two' });
  const object = { Bucket: bucket, Key: 'k' };
  const output = await cloud.s3(cloud.home).send(new DeleteObjectCommand(object));
  assert.equal(output.DeleteMarker, true);
  return { object, first, second, marker: output.VersionId ?? '' };
}

/** Everything in a bucket, page by page: key, version ID, and whether it is current. */
async function listed(cloud: Cloud, Bucket: string, MaxKeys: number): Promise<readonly string[]> {
  const rows: string[] = [];
  let page: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (page !== undefined) {
    const command = new ListObjectVersionsCommand({ Bucket, MaxKeys, ...page });
    const output: ListObjectVersionsCommandOutput = await cloud.s3(cloud.home).send(command);
    for (const version of output.Versions ?? []) rows.push(`${version.Key} ${version.VersionId} ${version.IsLatest}`);
    for (const marker of output.DeleteMarkers ?? []) rows.push(`${marker.Key} ${marker.VersionId} ${marker.IsLatest}`);
    page =
      output.IsTruncated === true
        ? { KeyMarker: output.NextKeyMarker, VersionIdMarker: output.NextVersionIdMarker }
        : undefined;
  }
  return rows;
}

export const versionCases: Cases = {
  'every version of a key stays readable by its ID': async (cloud) => {
    const bucket = await createBucket(cloud, { versioned: true });
    const { versionId: first } = await put(cloud, { bucket, key: 'k', body: 'one' });
    const { versionId: second } = await put(cloud, { bucket, key: 'k', body: 'two' });
    assert.notEqual(first, second);
    const object = { Bucket: bucket, Key: 'k' };
    assert.deepEqual(
      [
        await textOf(cloud, { ...object, VersionId: first }),
        await textOf(cloud, { ...object, VersionId: second }),
        await textOf(cloud, object),
      ],
      ['one', 'two', 'two'],
    );
  },
  'a bucket that was never versioned does not speak of versions': async (cloud) => {
    const bucket = await createBucket(cloud);
    const { versionId } = await put(cloud, { bucket, key: 'k' });
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.deepEqual([versionId, head.VersionId], ['', undefined]);
  },
  'a HEAD of a deleted key is a 404 that names its delete marker': async (cloud) => {
    const { object, marker } = await storeDeletedKey(cloud);
    const s3 = cloud.s3(cloud.home);
    const head = await refused(s3.send(new HeadObjectCommand(object)), { status: 404 });
    assert.deepEqual([head['x-amz-delete-marker'], head['x-amz-version-id']], ['true', marker]);
  },
  'a GET of a deleted key names its delete marker too': async (cloud) => {
    const { object } = await storeDeletedKey(cloud);
    const s3 = cloud.s3(cloud.home);
    const get = await refused(s3.send(new GetObjectCommand(object)), { status: 404, code: 'NoSuchKey' });
    assert.equal(get['x-amz-delete-marker'], 'true');
  },
  'a HEAD of a delete marker itself is a 405': async (cloud) => {
    const { object, marker } = await storeDeletedKey(cloud);
    const s3 = cloud.s3(cloud.home);
    const head = await refused(s3.send(new HeadObjectCommand({ ...object, VersionId: marker })), { status: 405 });
    assert.equal(head['x-amz-delete-marker'], 'true');
  },
  'a GET of a delete marker itself is a 405': async (cloud) => {
    const { object, marker } = await storeDeletedKey(cloud);
    const get = cloud.s3(cloud.home).send(new GetObjectCommand({ ...object, VersionId: marker }));
    await refused(get, { status: 405, code: 'MethodNotAllowed' });
  },
  'versions under a delete marker stay readable': async (cloud) => {
    const { object, first } = await storeDeletedKey(cloud);
    assert.equal(await textOf(cloud, { ...object, VersionId: first }), 'one');
  },
  'a key without its delete marker is there again': async (cloud) => {
    const { object, marker } = await storeDeletedKey(cloud);
    await cloud.s3(cloud.home).send(new DeleteObjectCommand({ ...object, VersionId: marker }));
    assert.equal(await textOf(cloud, object), 'two');
  },
  'a version that is deleted by its ID is gone, and the one before it is current': async (cloud) => {
    const bucket = await createBucket(cloud, { versioned: true });
    await put(cloud, { bucket, key: 'k', body: 'one' });
    const { versionId } = await put(cloud, { bucket, key: 'k', body: 'two' });
    const object = { Bucket: bucket, Key: 'k' };
    const s3 = cloud.s3(cloud.home);
    await s3.send(new DeleteObjectCommand({ ...object, VersionId: versionId }));
    assert.equal(await textOf(cloud, object), 'one');
    const request = s3.send(new GetObjectCommand({ ...object, VersionId: versionId }));
    await refused(request, { status: 404, code: 'NoSuchVersion' });
  },
  'versions are listed newest first, delete markers among them, page by page': async (cloud) => {
    const { object, first, second, marker } = await storeDeletedKey(cloud);
    const { versionId: other } = await put(cloud, { bucket: object.Bucket, key: 'other é' });
    const expected = [`k ${marker} true`, `k ${second} false`, `k ${first} false`, `other é ${other} true`];
    assert.deepEqual(await listed(cloud, object.Bucket, 1), expected);
    assert.deepEqual((await listed(cloud, object.Bucket, 1_000)).toSorted(), expected.toSorted());
  },
  'what was there before versioning keeps the version ID null': async (cloud) => {
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'k', body: 'before' });
    await setVersioning(cloud, { bucket, status: 'Enabled' });
    await put(cloud, { bucket, key: 'k', body: 'after' });
    assert.equal(await textOf(cloud, { Bucket: bucket, Key: 'k', VersionId: 'null' }), 'before');
    assert.ok((await listed(cloud, bucket, 1_000)).includes('k null false'));
  },
  'while versioning is suspended the null version is replaced and the others stay': async (cloud) => {
    const bucket = await createBucket(cloud, { versioned: true });
    const { versionId } = await put(cloud, { bucket, key: 'k', body: 'kept' });
    await setVersioning(cloud, { bucket, status: 'Suspended' });
    await put(cloud, { bucket, key: 'k', body: 'replaced' });
    await put(cloud, { bucket, key: 'k', body: 'null now' });
    const object = { Bucket: bucket, Key: 'k' };
    assert.deepEqual(
      [await textOf(cloud, { ...object, VersionId: 'null' }), await textOf(cloud, { ...object, VersionId: versionId })],
      ['null now', 'kept'],
    );
    assert.deepEqual(await listed(cloud, bucket, 1_000), ['k null true', `k ${versionId} false`]);
  },
  'one version is copied by its ID': async (cloud) => {
    const bucket = await createBucket(cloud, { versioned: true });
    const { versionId } = await put(cloud, { bucket, key: 'k', body: 'one' });
    await put(cloud, { bucket, key: 'k', body: 'two' });
    const source = `${bucket}/k?versionId=${versionId}`;
    const output = await cloud
      .s3(cloud.home)
      .send(new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource: source }));
    assert.equal(output.CopySourceVersionId, versionId);
    assert.equal(await textOf(cloud, { Bucket: bucket, Key: 'copy' }), 'one');
  },
};
