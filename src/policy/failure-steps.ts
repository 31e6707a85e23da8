import { awsCommand, holdfastCommand, quote } from '../model/shell-command.ts';
import type { Places } from './failure-places.ts';

/** What has to be done about a failure, and by whom. */
export interface FailureSteps {
  readonly who: string;
  /** One plain sentence. */
  readonly what: string;
  /** Policy statements that are missing, or the setting as it should be. */
  readonly statements: readonly object[];
  /** Commands that take the obstacle away. */
  readonly fix: readonly string[];
  /** Commands that show whether it is gone; they change nothing. */
  readonly verify: readonly string[];
  /** Commands that replicate what failed. Empty where nothing is left to replicate. */
  readonly repeat: readonly string[];
}

/** Finds what failed under this key and proposes one job for it; nothing runs before a person confirms. */
export function repairFailed({ pair, destination, key }: Places): string {
  return holdfastCommand(`repair ${quote(pair)}`, { failed: true, to: destination.bucket, prefix: key });
}

/** Asks whether the pair can be trusted now: role, rules, keys and buckets. */
export function doctor({ pair }: Places): string {
  return holdfastCommand(`doctor ${quote(pair)}`);
}

/** What the source says of the version that failed. */
export function headSource({ source, key, versionId }: Places, query: string): string {
  const { bucket, region } = source;
  return awsCommand('s3api head-object', { bucket, region, key, 'version-id': versionId, query });
}

/** What the destination says of the same version. */
export function headReplica({ destination, key, versionId }: Places, query: string): string {
  const { bucket, region } = destination;
  return awsCommand('s3api head-object', { bucket, region, key, 'version-id': versionId, query });
}

/** Copies a version onto its own key: a new version, which S3 replicates. */
export function copyInPlace({ source, key, versionId }: Places): string {
  return copyObject({ from: source.bucket, to: source, key, versionId });
}

export interface Copy {
  /** Name of a bucket. */
  readonly from: string;
  readonly to: { readonly bucket: string; readonly region: string };
  readonly key: string;
  readonly versionId?: string | undefined;
}

/**
 * Copies one version of at most 5 GB into a bucket, as a new version of the same key. S3 refuses a copy onto itself that changes
 * nothing; naming a checksum is change enough.
 */
export function copyObject({ from, to, key, versionId }: Copy): string {
  const version = versionId === undefined ? '' : `?versionId=${versionId}`;
  return awsCommand('s3api copy-object', {
    bucket: to.bucket,
    region: to.region,
    key,
    'copy-source': `${from}/${key.split('/').map(encodeURIComponent).join('/')}${version}`,
    'checksum-algorithm': 'CRC64NVME',
  });
}
