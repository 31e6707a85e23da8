/** Printable ASCII without the space, every `%` followed by two hexadecimal digits: what form-urlencoding can produce. */
const FORM_URLENCODED = /^(?:[!-$&-~]|%[0-9a-f]{2})*$/i;

/**
 * The key of a classic notification, which S3 form-urlencodes as UTF-8: a space is `+`, a plus is `%2B`.
 *
 * Decided for each key by itself: one that form-urlencoding cannot have produced (a space, a letter outside ASCII, a `%`
 * without two digits, bytes that are no UTF-8) comes from a server that does not encode, and is taken as it is. A key of such
 * a server that happens to look encoded (`a+b`) cannot be told from an encoded one and is decoded, because S3 encodes always.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function decodeKey(rawKey: string): string {
  if (!FORM_URLENCODED.test(rawKey)) return rawKey;
  try {
    return decodeURIComponent(rawKey.replaceAll('+', ' '));
  } catch {
    return rawKey; // well-formed escapes of bytes that are no UTF-8: no S3 key, hence not encoded
  }
}
