import type { AccessKind, AccessRecord } from '../model/access-record.ts';
import { type Found, isJsonObject, lenientText, lenientTime, member } from './fields.ts';

const KINDS: Readonly<Record<string, AccessKind>> = {
  GetObject: 'read',
  HeadObject: 'read',
  GetObjectAttributes: 'read',
  SelectObjectContent: 'read',
  PutObject: 'write',
  CopyObject: 'write',
  UploadPart: 'write',
  UploadPartCopy: 'write',
  CompleteMultipartUpload: 'write',
  RestoreObject: 'write',
  DeleteObject: 'remove',
  DeleteObjects: 'remove',
  ListObjects: 'list',
  ListObjectVersions: 'list',
  SubmitMultiRegionAccessPointRoutes: 'routes',
};

/** Records of one file of CloudTrail that are about S3, or about KMS on behalf of S3; how many were no records at all. */
export interface Trail {
  readonly records: readonly AccessRecord[];
  readonly unreadable: number;
}

/**
 * One file of CloudTrail, uncompressed. `undefined`: it is not one, and a digest file neither.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function parseTrail(text: string): Trail | undefined {
  const body = parseJson(text);
  if (!isJsonObject(body)) return undefined;
  if ('digestEndTime' in body) return { records: [], unreadable: 0 }; // the proof of other files
  const { Records: list } = body;
  if (!Array.isArray(list)) return undefined;
  const found = list.map((value: unknown, index) => parseRecord({ value, path: `Records[${index}]` }));
  return {
    records: found.filter((each): each is AccessRecord => typeof each === 'object'),
    unreadable: found.filter((each) => each === 'unreadable').length,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function parseRecord(record: Found): AccessRecord | 'elsewhere' | 'unreadable' {
  const service = lenientText(member(record, 'eventSource'));
  const at = lenientTime(member(record, 'eventTime'));
  const operation = lenientText(member(record, 'eventName'));
  if (service === undefined || at === undefined || operation === undefined) return 'unreadable';
  const parameters = member(record, 'requestParameters');
  const place = service === 'kms.amazonaws.com' ? behindKms(parameters) : placeOf(parameters);
  if (place === undefined || (service !== 's3.amazonaws.com' && service !== 'kms.amazonaws.com')) return 'elsewhere';
  const identity = member(record, 'userIdentity');
  const optional: Partial<Record<keyof AccessRecord, string | undefined>> = {
    requester: lenientText(member(identity, 'arn')) ?? lenientText(member(identity, 'accountId')),
    remoteIp: lenientText(member(record, 'sourceIPAddress')),
    userAgent: lenientText(member(record, 'userAgent')),
    requestId: lenientText(member(record, 'requestID')),
    errorCode: lenientText(member(record, 'errorCode')),
    accessPointArn: accessPointOf(member(record, 'resources')),
  };
  return {
    source: 'cloudtrail',
    at,
    kind: service === 's3.amazonaws.com' ? (KINDS[operation] ?? 'other') : 'other',
    operation,
    otherKeys: [],
    ...place,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...(service === 'kms.amazonaws.com' ? { kms: kmsKeyOf(member(record, 'resources')) } : {}),
  };
}

type Place = Pick<AccessRecord, 'bucket' | 'key' | 'versionId'>;

function placeOf(parameters: Found): Place | undefined {
  const bucket = lenientText(member(parameters, 'bucketName')) ?? lenientText(member(parameters, 'mrap'));
  if (bucket === undefined) return undefined;
  const key = lenientText(member(parameters, 'key'));
  const versionId = lenientText(member(parameters, 'versionId'));
  return { bucket, ...(key === undefined ? {} : { key }), ...(versionId === undefined ? {} : { versionId }) };
}

/** With a bucket key the context is the ARN of the bucket, without one that of the object. */
function behindKms(parameters: Found): Place | undefined {
  const arn = lenientText(member(member(parameters, 'encryptionContext'), 'aws:s3:arn'));
  const [, bucket, key] = /^arn:aws[a-z-]*:s3:::([^/]+)(?:\/(.+))?$/s.exec(arn ?? '') ?? [];
  return bucket === undefined ? undefined : { bucket, ...(key === undefined ? {} : { key }) };
}

function arnsOf({ value, path }: Found): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((each) => {
    const found = { value: each, path };
    const arn = lenientText(member(found, 'ARN')) ?? lenientText(member(found, 'arn'));
    return arn === undefined ? [] : [arn];
  });
}

function accessPointOf(resources: Found): string | undefined {
  return arnsOf(resources).find((arn) => arn.includes(':accesspoint/'));
}

function kmsKeyOf(resources: Found): { readonly keyArn?: string } {
  const keyArn = arnsOf(resources).find((arn) => arn.includes(':kms:'));
  return keyArn === undefined ? {} : { keyArn };
}
