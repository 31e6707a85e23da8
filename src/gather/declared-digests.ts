import type { ChecksumAlgorithm } from '../model/checksum.ts';
import type { DeclaredRule } from '../model/config.ts';
import { formatETag } from '../model/etag.ts';
import type { DeclaredDigest, ObjectState } from '../model/facts.ts';
import type { ObjectRef } from '../model/object.ts';
import type { Call, Ports } from '../ports.ts';

/** Digest bytes by algorithm: a declared value of another length is no digest of that algorithm. */
const DIGEST_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
  XXHASH64: 8,
  XXHASH3: 8,
  XXHASH128: 16,
};

/** Longest side file or manifest that is read, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Metadata that the S3 Encryption Client writes. What such an object declares is of the plaintext, which S3 never had.
 *
 * @see https://docs.aws.amazon.com/amazon-s3-encryption-client/latest/developerguide/concepts.html
 */
const CLIENT_SIDE_ENCRYPTION: readonly string[] = [
  'x-amz-key',
  'x-amz-key-v2',
  'x-amz-iv',
  'x-amz-cek-alg',
  'x-amz-wrap-alg',
  // Its third format; these three are in the metadata even where the rest is in an instruction file.
  'x-amz-c',
  'x-amz-d',
  'x-amz-i',
  'x-amz-3',
];

interface Declaring {
  readonly object: ObjectRef;
  readonly state: ObjectState;
  readonly rules: readonly DeclaredRule[];
}

/** Digests that were declared for this version and count as evidence by the policy of its prefix. */
export async function gatherDeclared(
  { object, state, rules }: Declaring,
  objects: Ports['objects'],
  call: Call,
): Promise<readonly DeclaredDigest[]> {
  if (CLIENT_SIDE_ENCRYPTION.some((name) => name in state.metadata)) return [];
  const declared: DeclaredDigest[] = [];
  for (const rule of rules) {
    const encoded = state.contentEncoding !== undefined && state.contentEncoding !== '';
    if (encoded && (!rule.allowContentEncoding || rule.of === 'decoded-content')) continue;
    const [where, text] = await textOf(rule, { object, state, rules }, { objects, call });
    const base64 = text === undefined ? undefined : toBase64(text, rule);
    if (base64 !== undefined) declared.push({ from: rule.from, where, algorithm: rule.algorithm, base64 });
  }
  return declared;
}

interface World {
  readonly objects: Ports['objects'];
  readonly call: Call;
}

async function textOf(rule: DeclaredRule, declaring: Declaring, world: World): Promise<[string, string | undefined]> {
  const { object, state } = declaring;
  switch (rule.from) {
    case 'metadata':
      return [rule.name, state.metadata[rule.name.toLowerCase()]];
    case 'side-file': {
      const key = object.key + rule.suffix;
      // Older than the version it lies beside, it speaks of earlier content.
      const list = await readText({ ...object, key }, state.lastModifiedAt, world);
      const digest = list === undefined ? undefined : findDigest(list, object.key, true);
      return [key, await ofThisVersion(digest, declaring, world)];
    }
    case 'manifest': {
      const list = await readText({ ...object, key: rule.key }, state.lastModifiedAt, world);
      const digest = list === undefined ? undefined : findDigest(list, relativeTo(rule.key, object.key), false);
      return [rule.key, await ofThisVersion(digest, declaring, world)];
    }
    default:
      return rule satisfies never;
  }
}

/** A file names a key, never a version: once the key has other content, it may speak of that. */
async function ofThisVersion(
  digest: string | undefined,
  { object: { bucket, region, key }, state }: Declaring,
  { objects, call: { signal } }: World,
): Promise<string | undefined> {
  if (digest === undefined) return undefined;
  const current = await objects.head({ bucket, region, key }, { checksums: false, signal });
  return current.state === 'present' && formatETag(current.value.etag) === formatETag(state.etag) ? digest : undefined;
}

async function readText(
  { bucket, region, key }: ObjectRef,
  notBefore: Date,
  { objects, call }: World,
): Promise<string | undefined> {
  const opened = await objects.read({ bucket, region, key }, call);
  if (opened.state !== 'present') return undefined;
  const { state, body } = opened.value;
  if (state.sizeBytes > MOST_BYTES || state.lastModifiedAt < notBefore) {
    for await (const _ of body) break; // closes the connection
    return undefined;
  }
  const decoder = new TextDecoder();
  let text = '';
  let sizeBytes = 0;
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    sizeBytes += chunk.length;
  }
  // After a broken connection the last name could be the beginning of another.
  return sizeBytes === state.sizeBytes ? text + decoder.decode() : undefined;
}

/** Names in a manifest are relative to the folder of the manifest, as `sha256sum` writes them. */
function relativeTo(manifestKey: string, key: string): string {
  const folder = manifestKey.slice(0, manifestKey.lastIndexOf('/') + 1);
  return key.startsWith(folder) ? key.slice(folder.length) : key;
}

/** Lines of `<digest>  <name>` or `<digest> *<name>`; the only line of a side file may be the digest alone. */
function findDigest(list: string, name: string, alone: boolean): string | undefined {
  const lines = list.split(/\r?\n/).filter((line) => line.trim() !== '');
  for (const line of lines) {
    const [, digest, rest = ''] = /^\s*(\S+)([ \t].*)?$/.exec(line) ?? [];
    // Two characters lie between digest and name; by hand people write other numbers of them.
    const names = [rest.slice(2), rest.replace(/^[ \t]+\*?/, '')];
    const matches = rest.trim() === '' ? alone && lines.length === 1 : names.some((n) => sameName(n, name, alone));
    if (digest !== undefined && matches) return digest;
  }
  return undefined;
}

/** A side file was written beside a local file, whose folder is not that of the key. */
function sameName(named: string, name: string, alone: boolean): boolean {
  const plain = named.replace(/^\.\//, '');
  return plain === name || (alone && plain.slice(plain.lastIndexOf('/') + 1) === name.slice(name.lastIndexOf('/') + 1));
}

/** Canonical base64; `undefined` for what is no digest of the algorithm. */
function toBase64(text: string, { algorithm, encoding }: DeclaredRule): string | undefined {
  const value = text.trim();
  const shape = encoding === 'hex' ? /^(?:[0-9a-f]{2})+$/i : /^[a-z0-9+/]+={0,2}$/i;
  if (!shape.test(value)) return undefined;
  const bytes = Buffer.from(value, encoding);
  return bytes.length === DIGEST_BYTES[algorithm] ? bytes.toString('base64') : undefined;
}
