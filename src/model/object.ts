/**
 * Names one object version, in the Region of its bucket.
 *
 * `versionId` is absent where the bucket was never versioned or the event did not say; the string `'null'` is a real
 * version ID, and the only one whose content can be replaced. Both must be pinned by ETag as well.
 */
export interface ObjectRef {
  readonly bucket: string;
  readonly region: string;
  /** Decoded, never URL-encoded. */
  readonly key: string;
  readonly versionId?: string;
}

/** Whether the version ID alone names one immutable content. */
export function isImmutable(object: ObjectRef): boolean {
  return object.versionId !== undefined && object.versionId !== 'null';
}

/** `s3://bucket/key?versionId=…`: for people; the key is shown as it is. */
export function formatObject({ bucket, key, versionId }: ObjectRef): string {
  return `s3://${bucket}/${key}${versionId === undefined ? '' : `?versionId=${versionId}`}`;
}
