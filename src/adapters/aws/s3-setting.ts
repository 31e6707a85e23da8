import type { S3Client } from '@aws-sdk/client-s3';
import { toFailure } from './translate-error.ts';

/** Where a setting is asked for. */
export interface Asked {
  readonly client: S3Client;
  readonly bucket: string;
  readonly signal: AbortSignal;
}

/** Asks S3 for one setting; `undefined`: the bucket has none. Rejects with the SDK's error. */
export type SettingReader<T> = (asked: Asked) => Promise<T | undefined>;

/** Codes that say "no such configuration", where others say it by an empty answer. */
const NONE: ReadonlySet<string> = new Set([
  'ReplicationConfigurationNotFoundError',
  'NoSuchLifecycleConfiguration',
  'ServerSideEncryptionConfigurationNotFoundError',
  'ObjectLockConfigurationNotFoundError',
  'OwnershipControlsNotFoundError',
  'NoSuchPublicAccessBlockConfiguration',
  'NoSuchBucketPolicy',
]);

/** The answer, or `undefined` where S3 says that there is no such configuration. */
export async function unlessNone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (NONE.has(toFailure(error).code)) return undefined;
    throw error;
  }
}

/** Tags by name, as rules filter by them. */
export function toTags(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
