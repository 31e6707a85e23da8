import { createHash } from 'node:crypto';

import type { KeyOutcome } from '../kms/key-use.ts';
import { faultTarget } from './fault-target.ts';
import type { Call } from './s3-cloud.ts';
import { S3Error, invalidArgument, type S3ErrorCode } from './s3-error.ts';
import type { Bucket, BucketEncryption, ObjectVersion, ServerSideEncryption, StoredEncryption } from './stored.ts';

type Headers = Readonly<Record<string, string | undefined>>;

const SSE = 'x-amz-server-side-encryption';

/** Headers of a request that writes an object. */
export const ENCRYPTION_HEADERS: readonly string[] = [
  SSE,
  `${SSE}-aws-kms-key-id`,
  `${SSE}-context`,
  `${SSE}-bucket-key-enabled`,
];

/** Headers that carry a customer's key. */
export const CUSTOMER_KEY_HEADERS: readonly string[] = [
  `${SSE}-customer-algorithm`,
  `${SSE}-customer-key`,
  `${SSE}-customer-key-md5`,
];

/** How an object that is written now is encrypted: as the request says, otherwise as the bucket does by default. */
export function encryptionOf(headers: Headers, bucket: Bucket): StoredEncryption {
  const keyMd5 = customerKeyMd5(headers);
  const asked = headers[SSE];
  if (keyMd5 !== undefined) {
    if (asked !== undefined) {
      throw invalidArgument(
        SSE,
        asked,
        'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      );
    }
    return { kind: 'sse-c', keyMd5 };
  }
  const { encryption } = bucket;
  if (asked === undefined) return withKey(encryption, bucket, headers);
  const kind = parseEncryptionKind(asked);
  const keyId = headers[`${SSE}-aws-kms-key-id`];
  if (kind === 'AES256') {
    if (keyId !== undefined) {
      throw invalidArgument(
        SSE,
        asked,
        'x-amz-server-side-encryption-aws-kms-key-id can be used only with aws:kms or aws:kms:dsse',
      );
    }
    return { kind };
  }
  const bucketKey = parseBoolean(headers[`${SSE}-bucket-key-enabled`]) ?? encryption.bucketKey;
  return withKey({ kind, bucketKey, ...(keyId === undefined ? {} : { keyId }) }, bucket, headers);
}

export function parseEncryptionKind(name: string): ServerSideEncryption {
  if (name === 'AES256' || name === 'aws:kms' || name === 'aws:kms:dsse') return name;
  throw invalidArgument(SSE, name, 'The encryption method specified is not supported');
}

function withKey({ kind, keyId, bucketKey }: BucketEncryption, bucket: Bucket, headers: Headers): StoredEncryption {
  if (kind === 'AES256') return { kind };
  const context = headers[`${SSE}-context`];
  return {
    kind,
    keyId: toKeyArn(keyId, bucket),
    bucketKey: bucketKey && kind === 'aws:kms',
    ...(context === undefined ? {} : { context }),
  };
}

/** The full ARN of a key, which must be in the Region of the bucket. Without a key: the account's own key of S3 there. */
export function toKeyArn(keyId: string | undefined, { region, account }: Pick<Bucket, 'region' | 'account'>): string {
  if (keyId === undefined || keyId === 'alias/aws/s3') {
    const hash = createHash('sha256').update(`aws/s3 ${account} ${region}`).digest('hex');
    const uuid = [8, 12, 16, 20].reduceRight((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, hash.slice(0, 32));
    return `arn:aws:kms:${region}:${account}:key/${uuid}`;
  }
  if (!keyId.startsWith('arn:'))
    return `arn:aws:kms:${region}:${account}:${keyId.startsWith('alias/') ? keyId : `key/${keyId}`}`;
  if (keyId.split(':')[3] !== region) {
    throw new S3Error('KMS.NotFoundException', `Invalid arn ${keyId}`);
  }
  return keyId;
}

/** Base64 MD5 of the customer's key in these headers, with an optional prefix for the source of a copy. */
export function customerKeyMd5(headers: Headers, prefix = ''): string | undefined {
  const name = (header: string): string => (prefix === '' ? header : header.replace('x-amz-', prefix));
  const [algorithm, key, md5] = CUSTOMER_KEY_HEADERS.map((header) => headers[name(header)]);
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  if (algorithm !== 'AES256') {
    throw invalidArgument(
      `${SSE}-customer-algorithm`,
      algorithm ?? 'null',
      'The encryption algorithm specified is not valid',
    );
  }
  const bytes = Buffer.from(key ?? '', 'base64');
  if (bytes.length !== 32)
    throw invalidArgument(`${SSE}-customer-key`, '***', 'The secret key was invalid for the specified algorithm.');
  if (createHash('md5').update(bytes).digest('base64') !== md5) {
    throw invalidArgument(
      `${SSE}-customer-key-MD5`,
      md5 ?? 'null',
      'The calculated MD5 hash of the key did not match the hash that was provided.',
    );
  }
  return md5;
}

/** Refuses a reader who does not bring the customer's key of an SSE-C object, or brings one that does not belong to it. */
export function expectCustomerKey({ encryption }: ObjectVersion, headers: Headers, prefix = ''): void {
  const keyMd5 = customerKeyMd5(headers, prefix);
  if (encryption.kind !== 'sse-c') {
    if (keyMd5 === undefined) return;
    throw new S3Error('InvalidRequest', 'The encryption parameters are not applicable to this object.');
  }
  if (keyMd5 === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    );
  }
  if (keyMd5 !== encryption.keyMd5) throw new S3Error('AccessDenied', 'Access Denied');
}

type KmsEncryption = StoredEncryption & { readonly kind: 'aws:kms' | 'aws:kms:dsse' };

export function usesKms(encryption: StoredEncryption): encryption is KmsEncryption {
  return encryption.kind === 'aws:kms' || encryption.kind === 'aws:kms:dsse';
}

/** Parts are encrypted with the data key of their upload, which is decrypted each time. */
const READING: ReadonlySet<string> = new Set(['UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload']);

/** What a caller is told where S3 gets no data key. @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const KEY_REFUSALS: Readonly<Record<Exclude<KeyOutcome, 'ok'>, readonly [S3ErrorCode, (keyArn: string) => string]>> = {
  throttled: ['SlowDown', () => 'Please reduce your request rate for operations involving AWS KMS.'],
  denied: ['AccessDenied', (keyArn) => `The caller is not authorized to use the key ${keyArn}`],
  disabled: ['KMS.DisabledException', (keyArn) => `${keyArn} is disabled.`],
  'pending-deletion': ['KMS.KMSInvalidStateException', (keyArn) => `${keyArn} is pending deletion.`],
  'not-found': ['KMS.NotFoundException', (keyArn) => `Key '${keyArn}' does not exist`],
};

/**
 * The request to KMS that an operation on such an object makes, of one that exists by its version ID: it can be throttled, and the
 * key unusable.
 */
export function spendKms(call: Call, encryption: StoredEncryption, versionId?: string): void {
  if (!usesKms(encryption)) return;
  const { faults } = call.cloud.world;
  const target = faultTarget(call, versionId);
  if (faults.take('kms-throttle', target) !== undefined) throw keyRefusal('throttled', encryption);
  if (faults.take('key-unusable', target) !== undefined) throw keyRefusal('disabled', encryption);
  const { request, bucket, operation, cloud } = call;
  const reads = versionId !== undefined || READING.has(operation);
  const outcome = cloud.world.keys?.use({
    keyArn: encryption.keyId,
    action: reads ? 'kms:Decrypt' : 'kms:GenerateDataKey',
    region: bucket.region,
    principal: request.raw.principal,
    bucket: bucket.name,
    key: request.key,
    bucketKey: encryption.bucketKey,
  });
  if (outcome !== undefined && outcome !== 'ok') throw keyRefusal(outcome, encryption);
}

function keyRefusal(outcome: Exclude<KeyOutcome, 'ok'>, { keyId }: KmsEncryption): S3Error {
  const [code, toMessage] = KEY_REFUSALS[outcome];
  return new S3Error(code, toMessage(keyId));
}

export function encryptionHeaders(encryption: StoredEncryption): Record<string, string> {
  switch (encryption.kind) {
    case 'none':
      return {};
    case 'AES256':
      return { [SSE]: 'AES256' };
    case 'aws:kms':
    case 'aws:kms:dsse':
      return {
        [SSE]: encryption.kind,
        [`${SSE}-aws-kms-key-id`]: encryption.keyId,
        ...(encryption.bucketKey ? { [`${SSE}-bucket-key-enabled`]: 'true' } : {}),
      };
    case 'sse-c':
      return { [`${SSE}-customer-algorithm`]: 'AES256', [`${SSE}-customer-key-MD5`]: encryption.keyMd5 };
    default:
      return encryption satisfies never;
  }
}

function parseBoolean(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text.toLowerCase() === 'true';
}
