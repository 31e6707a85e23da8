import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { asRecord } from '../record.ts';
import { buildXml } from '../s3/xml.ts';
import { toLifecycleXml } from './bucket-lifecycle.ts';
import { physicalName, textProperty, type Created, type Request, type ResourceKind } from './resource-kind.ts';

/** Buckets of a stack are kept when it goes, as those of the templates ask for. */
export const BUCKET_RESOURCES: Readonly<Record<string, ResourceKind>> = {
  'AWS::S3::Bucket': {
    honoured: [
      'BucketName',
      'LifecycleConfiguration',
      'ObjectLockEnabled',
      'PublicAccessBlockConfiguration',
      'VersioningConfiguration',
    ],
    // What every new bucket has here anyway: encryption by S3 itself, and one owner.
    recorded: ['BucketEncryption', 'OwnershipControls', 'Tags'],
    create: createBucket,
  },
  'AWS::S3::BucketPolicy': {
    honoured: ['Bucket', 'PolicyDocument'],
    async create(request) {
      const bucket = textProperty(request, 'Bucket');
      await put(request, { bucket, setting: 'policy', body: JSON.stringify(request.properties['PolicyDocument']) });
      return { ref: bucket };
    },
  },
};

async function createBucket(request: Request): Promise<Created> {
  const { properties, stack } = request;
  const bucket = physicalName(request, properties['BucketName']).toLowerCase();
  const isLocked = properties['ObjectLockEnabled'] === true;
  const rules = properties['LifecycleConfiguration'];
  // Before anything is made: what cannot be read must not leave a bucket behind.
  const lifecycle = rules === undefined ? undefined : toLifecycleXml(rules, request.logicalId);
  await put(request, {
    bucket,
    body:
      stack.region === 'us-east-1' ? '' : buildXml('CreateBucketConfiguration', { LocationConstraint: stack.region }),
    headers: isLocked ? { 'x-amz-bucket-object-lock-enabled': 'true' } : {},
  });
  const { Status } = asRecord(properties['VersioningConfiguration'] ?? {}, 'VersioningConfiguration');
  if (typeof Status === 'string')
    await put(request, {
      bucket,
      setting: 'versioning',
      body: buildXml('VersioningConfiguration', { Status }),
    });
  const blocked = asRecord(properties['PublicAccessBlockConfiguration'] ?? {}, 'PublicAccessBlockConfiguration');
  const members = Object.fromEntries(Object.entries(blocked).map(([name, value]) => [name, value === true]));
  if (Object.keys(members).length > 0)
    await put(request, {
      bucket,
      setting: 'publicAccessBlock',
      body: buildXml('PublicAccessBlockConfiguration', members),
    });
  if (lifecycle !== undefined) await put(request, { bucket, setting: 'lifecycle', body: lifecycle });
  return { ref: bucket, attributes: { Arn: `arn:aws:s3:::${bucket}` } };
}

interface Put {
  readonly bucket: string;
  /** Absent: the bucket itself. */
  readonly setting?: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function put({ site, stack }: Request, { bucket, setting, body, headers = {} }: Put): Promise<void> {
  const answer = await site.s3.handle({
    service: 's3',
    region: stack.region,
    principal: site.platform.credentials.admin.principal,
    method: 'PUT',
    rawPath: `/${bucket}`,
    query: new URLSearchParams(setting === undefined ? [] : [[setting, '']]),
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    body: Readable.from([Buffer.from(body)]),
    host: '127.0.0.1',
    requestId: 'CLOUDFORMATION',
  });
  if (answer.status < 300) return;
  const said = answer.body instanceof Readable ? await text(answer.body) : String(answer.body);
  throw new Error(`${setting ?? 'the bucket'} of ${bucket} was refused: ${said}`);
}
