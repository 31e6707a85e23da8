import { DIGEST_SIZES_BYTES } from '../digest/digester.ts';
import type { DeclaredRule } from '../model/config.ts';
import { formatETag } from '../model/etag.ts';
import type { DeclaredDigest, ObjectFacts, ObjectState, UnreadDeclaration } from '../model/facts.ts';
import type { ObjectRef } from '../model/object.ts';
import { type Observation, present } from '../model/observation.ts';
import type { Call, Ports } from '../ports.ts';

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

/** What was declared, and where a declaration may be that nobody could read. */
export type Declarations = Pick<ObjectFacts, 'declared' | 'unreadDeclarations'>;

/** Digests that were declared for this version and count as evidence by the policy of its prefix. */
export async function gatherDeclared(
  { object, state, rules }: Declaring,
  objects: Ports['objects'],
  call: Call,
): Promise<Declarations> {
  if (CLIENT_SIDE_ENCRYPTION.some((name) => name in state.metadata)) return { declared: [] };
  const declared: DeclaredDigest[] = [];
  const unread: UnreadDeclaration[] = [];
  for (const rule of rules) {
    const encoded = state.contentEncoding !== undefined && state.contentEncoding !== '';
    if (encoded && (!rule.allowContentEncoding || rule.of === 'decoded-content')) continue;
    const [where, text] = await textOf(rule, { object, state, rules }, { objects, call });
    if (text.state === 'unreadable' && rule.from !== 'metadata')
      unread.push({ from: rule.from, where, reason: text.reason });
    const base64 = text.state === 'present' ? toBase64(text.value, rule) : undefined;
    if (base64 !== undefined) declared.push({ from: rule.from, where, algorithm: rule.algorithm, base64 });
  }
  return unread.length === 0 ? { declared } : { declared, unreadDeclarations: unread };
}

interface World {
  readonly objects: Ports['objects'];
  readonly call: Call;
}

async function textOf(rule: DeclaredRule, declaring: Declaring, world: World): Promise<[string, Observation<string>]> {
  const { object, state } = declaring;
  switch (rule.from) {
    case 'metadata':
      return [rule.name, orAbsent(state.metadata[rule.name.toLowerCase()])];
    case 'side-file': {
      const key = object.key + rule.suffix;
      return [key, await findIn(key, (list) => findDigest(list, object.key, true), { declaring, world })];
    }
    case 'manifest': {
      const name = relativeTo(rule.key, object.key);
      return [rule.key, await findIn(rule.key, (list) => findDigest(list, name, false), { declaring, world })];
    }
    default:
      return rule satisfies never;
  }
}

function orAbsent<T>(value: T | undefined): Observation<T> {
  return value === undefined ? { state: 'absent' } : present(value);
}

async function findIn(
  fileKey: string,
  find: (list: string) => string | undefined,
  { declaring, world: { objects, call } }: { readonly declaring: Declaring; readonly world: World },
): Promise<Observation<string>> {
  const { bucket, region, key } = declaring.object;
  // Older than the version it lies beside, it speaks of earlier content.
  const list = await readText({ bucket, region, key: fileKey }, declaring.state.lastModifiedAt, { objects, call });
  const digest = list.state === 'present' ? orAbsent(find(list.value)) : list;
  if (digest.state !== 'present') return digest;
  // A file names a key, never a version: once the key has other content, it may speak of that.
  const current = await objects.head({ bucket, region, key }, { checksums: false, signal: call.signal });
  if (current.state !== 'present') return current;
  return formatETag(current.value.etag) === formatETag(declaring.state.etag) ? digest : { state: 'absent' };
}

async function readText(file: ObjectRef, notBefore: Date, { objects, call }: World): Promise<Observation<string>> {
  const opened = await objects.read(file, call);
  if (opened.state !== 'present') return opened;
  const { state, body } = opened.value;
  if (state.sizeBytes > MOST_BYTES || state.lastModifiedAt < notBefore) {
    for await (const _ of body) break; // closes the connection
    return { state: 'absent' };
  }
  const decoder = new TextDecoder();
  let text = '';
  let sizeBytes = 0;
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    sizeBytes += chunk.length;
  }
  // After a broken connection the last name could be the beginning of another: to be read again, as after a throttle.
  return sizeBytes === state.sizeBytes
    ? present(text + decoder.decode())
    : { state: 'unreadable', reason: 'throttled' };
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
  return bytes.length === DIGEST_SIZES_BYTES[algorithm] ? bytes.toString('base64') : undefined;
}
