import { causedBy } from './announce.ts';
import { testMessage } from './event-message.ts';
import { parseEncryptionKind } from './encryption.ts';
import { parseOwnership } from './buckets.ts';
import { randomIdentifier } from './identifiers.ts';
import { parseNotifications, toNotificationConfiguration } from './notification-config.ts';
import { receiveText } from './receive.ts';
import { parseReplication } from './replication-config.ts';
import type { BucketOperation, Call } from './s3-cloud.ts';
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
  run: async ({ bucket }) => xml('VersioningConfiguration', { Status: bucket.versioning }),
};

export const putBucketVersioning: BucketOperation = {
  name: 'PutBucketVersioning',
  on: 'bucket',
  method: 'PUT',
  selectors: ['versioning'],
  async run({ cloud, request, bucket }) {
    const root = parseXml(await receiveText(cloud, request), 'VersioningConfiguration').expectOnly('Status');
    const status = root.requireText('Status');
    if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
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

export const putBucketNotification: BucketOperation = {
  name: 'PutBucketNotificationConfiguration',
  on: 'bucket',
  method: 'PUT',
  selectors: ['notification'],
  headers: ['x-amz-skip-destination-validation'],
  async run(call) {
    const { cloud, request, bucket } = call;
    const newId = (): string => randomIdentifier(cloud.world.random, 48);
    const targets = parseNotifications(await receiveText(cloud, request), bucket.region, newId);
    if (request.headers['x-amz-skip-destination-validation']?.toLowerCase() !== 'true') {
      for (const { kind, arn } of targets) if (kind !== 'function') await validateDestination(call, arn);
    }
    bucket.notifications = targets;
    return { status: 200 };
  },
};

/** A destination that does not take the test message is refused. */
async function validateDestination({ cloud, request, bucket }: Call, arn: string): Promise<void> {
  try {
    await cloud.world.deliver({
      targetArn: arn,
      body: testMessage(bucket, new Date(cloud.world.clock.now()), causedBy(request.raw)),
      sender: 's3.amazonaws.com',
      sourceArn: `arn:aws:s3:::${bucket.name}`,
      sourceAccount: bucket.account,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new S3Error('InvalidArgument', 'Unable to validate the following destination configurations', {
      details: { ArgumentName1: arn, ArgumentValue1: reason },
    });
  }
}

export const getBucketNotification: BucketOperation = {
  name: 'GetBucketNotificationConfiguration',
  on: 'bucket',
  method: 'GET',
  selectors: ['notification'],
  run: async ({ bucket }) => xml('NotificationConfiguration', toNotificationConfiguration(bucket.notifications)),
};

export const putBucketReplication: BucketOperation = {
  name: 'PutBucketReplication',
  on: 'bucket',
  method: 'PUT',
  selectors: ['replication'],
  async run({ cloud, request, bucket }) {
    const configuration = parseReplication(await receiveText(cloud, request));
    if (bucket.versioning !== 'Enabled') {
      throw new S3Error(
        'InvalidRequest',
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
      );
    }
    for (const { destination } of configuration.rules) {
      const found = cloud.buckets.get(destination);
      if (found === undefined) throw new S3Error('InvalidRequest', 'Destination bucket must exist.');
      if (found === bucket)
        throw new S3Error('InvalidRequest', 'Destination bucket cannot be the same as the source bucket.');
      if (found.versioning !== 'Enabled')
        throw new S3Error('InvalidRequest', 'Destination bucket must have versioning enabled.');
    }
    bucket.replication = configuration;
    return { status: 200 };
  },
};

export const getBucketReplication: BucketOperation = {
  name: 'GetBucketReplication',
  on: 'bucket',
  method: 'GET',
  selectors: ['replication'],
  async run({ bucket }) {
    if (bucket.replication === undefined) {
      throw new S3Error('ReplicationConfigurationNotFoundError', 'The replication configuration was not found');
    }
    return { status: 200, headers: { 'content-type': 'application/xml' }, body: bucket.replication.xml };
  },
};

export const deleteBucketReplication: BucketOperation = {
  name: 'DeleteBucketReplication',
  on: 'bucket',
  method: 'DELETE',
  selectors: ['replication'],
  async run({ bucket }) {
    delete bucket.replication;
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
  run: async ({ bucket }) => xml('OwnershipControls', { Rule: { ObjectOwnership: bucket.ownership } }),
};
