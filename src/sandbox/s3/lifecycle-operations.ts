import { parseLifecycle, type MinimumSize } from './lifecycle-config.ts';
import { nextExpiry } from './lifecycle-due.ts';
import { receiveText } from './receive.ts';
import type { BucketOperation } from './s3-cloud.ts';
import { invalidArgument, S3Error } from './s3-error.ts';
import type { Bucket, ObjectVersion } from './stored.ts';

const LIFECYCLE = { on: 'bucket', selectors: ['lifecycle'] } as const;
const MINIMUM_SIZE = 'x-amz-transition-default-minimum-object-size';

export const putBucketLifecycleConfiguration: BucketOperation = {
  ...LIFECYCLE,
  name: 'PutBucketLifecycleConfiguration',
  method: 'PUT',
  headers: [MINIMUM_SIZE],
  async run({ cloud, request, bucket }) {
    const minimumSize = parseMinimumSize(request.headers[MINIMUM_SIZE]);
    bucket.lifecycle = parseLifecycle(await receiveText(cloud, request), minimumSize);
    cloud.lifecycle.configured();
    return { status: 200, headers: { [MINIMUM_SIZE]: minimumSize } };
  },
};

function parseMinimumSize(text: string | undefined): MinimumSize {
  if (text === undefined || text === 'all_storage_classes_128K') return 'all_storage_classes_128K';
  if (text === 'varies_by_storage_class') return text;
  throw invalidArgument(MINIMUM_SIZE, text, 'The minimum object size is not valid');
}

export const getBucketLifecycleConfiguration: BucketOperation = {
  ...LIFECYCLE,
  name: 'GetBucketLifecycleConfiguration',
  method: 'GET',
  async run({ bucket: { lifecycle } }) {
    if (lifecycle === undefined)
      throw new S3Error('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist');
    const { xml, minimumSize } = lifecycle;
    return { status: 200, headers: { 'content-type': 'application/xml', [MINIMUM_SIZE]: minimumSize }, body: xml };
  },
};

export const deleteBucketLifecycle: BucketOperation = {
  ...LIFECYCLE,
  name: 'DeleteBucketLifecycle',
  method: 'DELETE',
  async run({ bucket }) {
    delete bucket.lifecycle;
    return { status: 204 };
  },
};

/** When the current version of a key will expire, and by which rule; nothing is said of versions below it. */
export function expirationHeader({ lifecycle, objects }: Bucket, version: ObjectVersion): Record<string, string> {
  if (lifecycle === undefined || objects.current(version.key) !== version) return {};
  const next = nextExpiry(lifecycle, version);
  if (next === undefined) return {};
  const date = new Date(next.atMs).toUTCString();
  return { 'x-amz-expiration': `expiry-date="${date}", rule-id="${encodeURIComponent(next.ruleId)}"` };
}
