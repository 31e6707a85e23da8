import { parseStorageClass } from './object-headers.ts';
import type { RetentionMode } from './object-lock.ts';
import type { ObjectVersion } from './stored.ts';

/** What is changed of a stored version underneath S3: no event, no replication. Members left out stay as they are. */
export interface Drift {
  /** The user metadata that the version has afterwards, without `x-amz-meta-`. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  /** The tags that it has afterwards. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly storageClass?: string;
  /** `none` makes it an object from before 2023, when S3 began to encrypt everything. */
  readonly encryption?: 'none' | 'AES256';
  /** A canned ACL, whatever the bucket's ownership allows. */
  readonly acl?: string;
  readonly legalHold?: boolean;
  /** `null` takes the retention away. */
  readonly retention?: { readonly mode: RetentionMode; readonly untilMs: number } | null;
}

/** Changes one version; its copies and replicas stay as they are. */
export function applyDrift(version: ObjectVersion, drift: Drift): void {
  const { metadata, contentType, tags, storageClass, encryption, acl, legalHold, retention } = drift;
  const { headers, lock } = version;
  version.headers = {
    ...headers,
    ...(metadata === undefined ? {} : { metadata }),
    ...(contentType === undefined ? {} : { system: { ...headers.system, 'content-type': contentType } }),
    ...(storageClass === undefined ? {} : { storageClass: parseStorageClass(storageClass) }),
  };
  if (encryption !== undefined) version.encryption = { kind: encryption };
  if (tags !== undefined) version.tags = new Map(Object.entries(tags));
  if (acl !== undefined) version.acl = acl;
  const kept = retention === undefined ? lock.retention : (retention ?? undefined);
  version.lock = { legalHold: legalHold ?? lock.legalHold, ...(kept === undefined ? {} : { retention: kept }) };
}
