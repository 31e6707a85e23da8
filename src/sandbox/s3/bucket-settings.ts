import { parseEncryptionKind } from './encryption.ts';
import { parseOwnership } from './buckets.ts';
import { receiveText } from './receive.ts';
import { expectMfa } from './mfa.ts';
import type { BucketOperation } from './s3-cloud.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import { buildXml, malformedXml, parseXml, type XmlObject } from './xml.ts';
import type { SandboxResponse } from '../service.ts';

function xml(root: string, content: XmlObject): SandboxResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: buildXml(root, content) };
}

export const getBucketVersioning: BucketOperation = {
  name: 'GetBucketVersioning',
  on: 'bucket',
  method: 'GET',
  selectors: ['versioning'],
  async run({ bucket: { versioning, mfaDelete } }) {
    // Nothing is said of a bucket that never had versions.
    const MfaDelete = versioning === undefined ? undefined : mfaDelete ? 'Enabled' : 'Disabled';
    return xml('VersioningConfiguration', { Status: versioning, MfaDelete });
  },
};

export const putBucketVersioning: BucketOperation = {
  name: 'PutBucketVersioning',
  on: 'bucket',
  method: 'PUT',
  selectors: ['versioning'],
  headers: ['x-amz-mfa'],
  async run(call) {
    const { cloud, request, bucket } = call;
    const root = parseXml(await receiveText(cloud, request), 'VersioningConfiguration').expectOnly(
      'Status',
      'MfaDelete',
    );
    const status = root.requireText('Status');
    const mfaDelete = root.text('MfaDelete') ?? (bucket.mfaDelete ? 'Enabled' : 'Disabled');
    if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
    if (mfaDelete !== 'Enabled' && mfaDelete !== 'Disabled') throw malformedXml();
    if (bucket.mfaDelete || mfaDelete === 'Enabled') expectMfa(call);
    if (status === 'Suspended' && bucket.replication !== undefined) {
      throw new S3Error(
        'InvalidBucketState',
        'A replication configuration is present on this bucket, so you cannot change the versioning state.',
      );
    }
    if (status === 'Suspended' && bucket.lock !== undefined) {
      throw new S3Error(
        'InvalidBucketState',
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      );
    }
    bucket.versioning = status;
    bucket.mfaDelete = mfaDelete === 'Enabled';
    return { status: 200 };
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
export const putBucketEncryption: BucketOperation = {
  name: 'PutBucketEncryption',
  on: 'bucket',
  method: 'PUT',
  selectors: ['encryption'],
  async run({ cloud, request, bucket }) {
    const root = parseXml(await receiveText(cloud, request), 'ServerSideEncryptionConfiguration').expectOnly('Rule');
    const rule = root.require('Rule').expectOnly('ApplyServerSideEncryptionByDefault', 'BucketKeyEnabled');
    const byDefault = rule.child('ApplyServerSideEncryptionByDefault')?.expectOnly('SSEAlgorithm', 'KMSMasterKeyID');
    const kind = parseEncryptionKind(byDefault?.requireText('SSEAlgorithm') ?? 'AES256');
    const keyId = byDefault?.text('KMSMasterKeyID');
    if (kind === 'AES256' && keyId !== undefined) {
      throw invalidArgument(
        'KMSMasterKeyID',
        keyId,
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      );
    }
    bucket.encryption = {
      kind,
      bucketKey: rule.text('BucketKeyEnabled') === 'true',
      ...(keyId === undefined ? {} : { keyId }),
    };
    return { status: 200 };
  },
};

export const getBucketEncryption: BucketOperation = {
  name: 'GetBucketEncryption',
  on: 'bucket',
  method: 'GET',
  selectors: ['encryption'],
  async run({ bucket: { encryption } }) {
    const byDefault = { SSEAlgorithm: encryption.kind, KMSMasterKeyID: encryption.keyId };
    return xml('ServerSideEncryptionConfiguration', {
      Rule: { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: encryption.bucketKey },
    });
  },
};

export const deleteBucketEncryption: BucketOperation = {
  name: 'DeleteBucketEncryption',
  on: 'bucket',
  method: 'DELETE',
  selectors: ['encryption'],
  async run({ bucket }) {
    bucket.encryption = { kind: 'AES256', bucketKey: false };
    return { status: 204 };
  },
};

export const putBucketOwnershipControls: BucketOperation = {
  name: 'PutBucketOwnershipControls',
  on: 'bucket',
  method: 'PUT',
  selectors: ['ownershipControls'],
  async run({ cloud, request, bucket }) {
    const root = parseXml(await receiveText(cloud, request), 'OwnershipControls').expectOnly('Rule');
    bucket.ownership = parseOwnership(
      root.require('Rule').expectOnly('ObjectOwnership').requireText('ObjectOwnership'),
    );
    return { status: 200 };
  },
};

export const getBucketOwnershipControls: BucketOperation = {
  name: 'GetBucketOwnershipControls',
  on: 'bucket',
  method: 'GET',
  selectors: ['ownershipControls'],
  async run({ bucket: { ownership } }) {
    if (ownership === undefined)
      throw new S3Error('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found');
    return xml('OwnershipControls', { Rule: { ObjectOwnership: ownership } });
  },
};

export const deleteBucketOwnershipControls: BucketOperation = {
  name: 'DeleteBucketOwnershipControls',
  on: 'bucket',
  method: 'DELETE',
  selectors: ['ownershipControls'],
  async run({ bucket }) {
    delete bucket.ownership;
    return { status: 204 };
  },
};
