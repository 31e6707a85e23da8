import type { Encryption } from './encryption.ts';

/**
 * What an ETag proves depends on how the object was made and encrypted, not on its looks: the ETag of an SSE-KMS object
 * has the shape of an MD5 and is none.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export type ETag =
  /** The MD5 of the content. */
  | { readonly kind: 'content-md5'; readonly hex: string }
  /** The MD5 of the concatenated binary MD5s of the parts. */
  | { readonly kind: 'multipart'; readonly hex: string; readonly partCount: number }
  /** Only good for telling whether this is still the same content. */
  | { readonly kind: 'opaque'; readonly value: string };

/** Takes off the quotes and the weak marker that servers put around an ETag. */
export function stripETag(raw: string): string {
  return raw
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');
}

/** Classifies an ETag, quoted or not, by its shape *and* the encryption of its object. */
export function parseETag(raw: string, encryption: Encryption): ETag {
  const value = stripETag(raw);
  if (encryption !== 'none' && encryption !== 'sse-s3') return { kind: 'opaque', value };
  const [, hex, count] = /^([0-9a-f]{32})(?:-([1-9]\d{0,4}))?$/i.exec(value) ?? [];
  if (hex === undefined) return { kind: 'opaque', value };
  if (count === undefined) return { kind: 'content-md5', hex: hex.toLowerCase() };
  return { kind: 'multipart', hex: hex.toLowerCase(), partCount: Number(count) };
}

/** The ETag without quotes, as S3 wrote it: the inverse of `parseETag`. */
export function formatETag(etag: ETag): string {
  if (etag.kind === 'opaque') return etag.value;
  return etag.kind === 'content-md5' ? etag.hex : `${etag.hex}-${etag.partCount}`;
}
