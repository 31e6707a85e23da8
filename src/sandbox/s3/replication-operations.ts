import { receiveText } from './receive.ts';
import { parseReplication } from './replication-config.ts';
import type { BucketOperation, S3Cloud } from './s3-cloud.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

export const putBucketReplication: BucketOperation = {
  name: 'PutBucketReplication',
  on: 'bucket',
  method: 'PUT',
  selectors: ['replication'],
  async run({ cloud, request, bucket }) {
    const configuration = parseReplication(await receiveText(cloud, request));
    requirePassRole(cloud, request, configuration.role);
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

/** Whoever hands S3 a role must be allowed to. */
function requirePassRole({ world }: S3Cloud, { raw: { principal, region } }: S3Request, role: string): void {
  const context = { 'iam:PassedToService': 's3.amazonaws.com' };
  const question = { region, action: 'iam:PassRole', resource: role, context };
  if ((world.roles?.decide(principal.arn, question) ?? 'allow') === 'allow') return;
  const message = `User: ${principal.arn} is not authorized to perform: iam:PassRole on resource: ${role}`;
  throw new S3Error('AccessDenied', message);
}
