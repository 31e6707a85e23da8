import { parseAcl } from './acl.ts';
import { createKeySpace } from './key-space.ts';
import { canonicalId } from './identifiers.ts';
import { receiveText } from './receive.ts';
import type { BucketOperation, FreeOperation } from './s3-cloud.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { Bucket, ObjectOwnership } from './stored.ts';
import { buildXml, parseXml } from './xml.ts';

/** The Region whose buckets have no location constraint. */
const FIRST_REGION = 'us-east-1';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME =
  /^(?!xn--|sthree-|.*\.\.|\d+\.\d+\.\d+\.\d+$|.*(?:-s3alias|--ol-s3)$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** What every new bucket has had since April 2023. */
const ALL_BLOCKED = buildXml('PublicAccessBlockConfiguration', {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
});

export const createBucket: FreeOperation = {
  free: true,
  name: 'CreateBucket',
  on: 'bucket',
  method: 'PUT',
  headers: ['x-amz-acl', 'x-amz-object-ownership', 'x-amz-bucket-object-lock-enabled'],
  async run(cloud, request) {
    const { raw, headers } = request;
    if (!BUCKET_NAME.test(request.bucket)) {
      throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', {
        details: { BucketName: request.bucket },
      });
    }
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    const xml = hasBody ? await receiveText(cloud, request) : '';
    const region = locationOf(xml, raw.region);
    const existing = cloud.buckets.get(request.bucket);
    if (existing !== undefined && existing.account !== raw.principal.account) {
      throw new S3Error('BucketAlreadyExists', 'The requested bucket name is not available.');
    }
    // In the oldest Region creating one's own bucket once more is no mistake.
    if (existing !== undefined && (existing.region !== FIRST_REGION || region !== FIRST_REGION)) {
      throw new S3Error(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        {
          details: { BucketName: request.bucket },
        },
      );
    }
    const ownership = parseOwnership(headers['x-amz-object-ownership'] ?? 'BucketOwnerEnforced');
    if (headers['x-amz-acl'] !== 'private') parseAcl(headers['x-amz-acl'], { ownership });
    const locked = headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true';
    if (existing === undefined) {
      cloud.buckets.set(request.bucket, {
        name: request.bucket,
        region,
        account: raw.principal.account,
        createdAtMs: cloud.world.clock.now(),
        objects: createKeySpace(),
        uploads: new Map(),
        ownership,
        encryption: { kind: 'AES256', bucketKey: false },
        notifications: [],
        recorded: new Map([['publicAccessBlock', ALL_BLOCKED]]),
        hardDeleted: new Set(),
        policy: [],
        mfaDelete: false,
        ...(locked ? { lock: {}, versioning: 'Enabled' } : {}),
      });
    }
    return { status: 200, headers: { location: `/${request.bucket}` } };
  },
};

/** Only the endpoint of the first Region creates buckets elsewhere. */
function locationOf(xml: string, endpoint: string): string {
  const asked =
    xml === ''
      ? undefined
      : parseXml(xml, 'CreateBucketConfiguration').expectOnly('LocationConstraint').text('LocationConstraint');
  if (asked === endpoint || (asked !== undefined && endpoint === FIRST_REGION))
    return asked === 'EU' ? 'eu-west-1' : asked;
  if (asked === undefined && endpoint === FIRST_REGION) return FIRST_REGION;
  throw new S3Error(
    'IllegalLocationConstraintException',
    `The ${asked ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

export function parseOwnership(name: string): ObjectOwnership {
  if (name === 'BucketOwnerEnforced' || name === 'BucketOwnerPreferred' || name === 'ObjectWriter') return name;
  throw invalidArgument('x-amz-object-ownership', name, 'Invalid x-amz-object-ownership header');
}

export const listBuckets: FreeOperation = {
  free: true,
  name: 'ListBuckets',
  on: 'account',
  method: 'GET',
  async run(cloud, { raw }) {
    const own = [...cloud.buckets.values()]
      .filter(({ account }) => account === raw.principal.account)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: buildXml('ListAllMyBucketsResult', {
        Owner: { ID: canonicalId(raw.principal.account) },
        Buckets: {
          Bucket: own.map(({ name, createdAtMs, region }) => ({
            Name: name,
            CreationDate: new Date(createdAtMs).toISOString(),
            BucketRegion: region,
          })),
        },
      }),
    };
  },
};

export const getBucketLocation: FreeOperation = {
  free: true,
  name: 'GetBucketLocation',
  on: 'bucket',
  method: 'GET',
  selectors: ['location'],
  async run(cloud, { bucket: name }) {
    const { region } = requireBucket(cloud.buckets, name);
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: buildXml('LocationConstraint', { '#text': region === FIRST_REGION ? '' : region }),
    };
  },
};

export const headBucket: BucketOperation = {
  name: 'HeadBucket',
  on: 'bucket',
  method: 'HEAD',
  async run({ bucket }) {
    return { status: 200, headers: { 'x-amz-bucket-region': bucket.region, 'x-amz-access-point-alias': 'false' } };
  },
};

export const deleteBucket: BucketOperation = {
  name: 'DeleteBucket',
  on: 'bucket',
  method: 'DELETE',
  async run({ cloud, bucket }) {
    if (!bucket.objects.isEmpty()) {
      throw new S3Error(
        'BucketNotEmpty',
        'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
      );
    }
    cloud.buckets.delete(bucket.name);
    return { status: 204 };
  },
};

export function requireBucket(buckets: ReadonlyMap<string, Bucket>, name: string): Bucket {
  const bucket = buckets.get(name);
  if (bucket !== undefined) return bucket;
  throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { details: { BucketName: name } });
}
