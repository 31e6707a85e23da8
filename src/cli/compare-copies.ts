import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { CopyVerdict } from '../audit/compare-sides.ts';
import { createDigester } from '../digest/digester.ts';
import { compareContent } from '../model/compare-content.ts';
import type { ObjectState } from '../model/facts.ts';
import type { ListedEntry } from '../model/listing-page.ts';
import type { ObjectRef } from '../model/object.ts';
import type { Call, ObjectStore } from '../ports.ts';
import { compareFile } from './compare-file.ts';

/** Where the objects of one side are. */
export type Copies =
  | {
      readonly kind: 'bucket';
      readonly bucket: string;
      readonly region: string;
      readonly prefix: string;
      readonly objects: ObjectStore;
    }
  | { readonly kind: 'folder'; readonly folder: string };

/** Holds two copies of one key against each other, of which the sizes are known to be equal. */
export async function compareCopies(
  [a, b]: readonly [Copies, Copies],
  { key, sizeBytes }: ListedEntry,
  { content, call }: { readonly content: boolean; readonly call: Call },
): Promise<CopyVerdict> {
  const first = content ? undefined : await compareRecorded([a, b], { key, sizeBytes }, call);
  if (first !== undefined && first.state !== 'unknown') return first;
  if (!content) return first ?? { state: 'unknown', reason: 'nothing was compared' };
  const digests = await Promise.all([digestOf(a, key, call), digestOf(b, key, call)]);
  const unread = digests.find((digest) => !digest.startsWith('sha256 '));
  if (unread !== undefined) return { state: 'unknown', reason: unread };
  return digests[0] === digests[1] ? { state: 'same' } : { state: 'different', reason: 'other bytes' };
}

async function compareRecorded(
  sides: readonly [Copies, Copies],
  entry: Pick<ListedEntry, 'key' | 'sizeBytes'>,
  call: Call,
): Promise<CopyVerdict> {
  const [a, b] = sides;
  if (a.kind === 'folder' || b.kind === 'folder') return compareWithFile(sides, entry, call);
  const [here, there] = await Promise.all([
    a.objects.head(refOf(a, entry.key), { checksums: true, ...call }),
    b.objects.head(refOf(b, entry.key), { checksums: true, ...call }),
  ]);
  if (here.state !== 'present' || there.state !== 'present') return { state: 'unknown', reason: 'cannot be looked at' };
  const compared = compareContent(here.value, there.value);
  if (compared.verdict === 'equal') return { state: 'same' };
  if (compared.verdict === 'unknown') return { state: 'unknown', reason: 'no common evidence: --content reads both' };
  // Layouts make composites and multipart ETags differ; whether they do, only reading tells.
  const isOfWhole = isOfContent(here.value) && isOfContent(there.value);
  return isOfWhole
    ? { state: 'different', reason: compared.basis }
    : { state: 'unknown', reason: 'uploaded in other parts: --content reads both' };
}

function isOfContent({ etag, checksums }: ObjectState): boolean {
  return etag.kind === 'content-md5' || checksums.some(({ type }) => type === 'FULL_OBJECT');
}

async function compareWithFile(
  [a, b]: readonly [Copies, Copies],
  { key, sizeBytes }: Pick<ListedEntry, 'key' | 'sizeBytes'>,
  call: Call,
): Promise<CopyVerdict> {
  const folder = a.kind === 'folder' ? a : b;
  const bucket = a.kind === 'folder' ? b : a;
  if (folder.kind !== 'folder' || bucket.kind !== 'bucket')
    return { state: 'unknown', reason: 'two folders: --content reads both' };
  const object = refOf(bucket, key);
  const head = await bucket.objects.head(object, { checksums: true, ...call });
  if (head.state !== 'present') return { state: 'unknown', reason: 'cannot be looked at' };
  const parts = await bucket.objects.parts(object, { sizeBytes, exact: true, ...call });
  const path = join(folder.folder, key);
  const findings = await compareFile(
    { path, sizeBytes, open: () => createReadStream(path, { highWaterMark: 1024 * 1024 }) },
    {
      subject: { kind: 'object-version', object },
      state: head.value,
      parts: parts.state === 'present' ? parts.value : [],
    },
    call.signal,
  );
  if (findings.some(({ verdict }) => verdict === 'violated')) return { state: 'different', reason: 'checksum' };
  if (findings.some(({ verdict }) => verdict === 'verified')) return { state: 'same' };
  return { state: 'unknown', reason: 'S3 recorded nothing that a file can be held against: --content reads both' };
}

function refOf({ bucket, region, prefix }: Extract<Copies, { kind: 'bucket' }>, key: string): ObjectRef {
  return { bucket, region, key: `${prefix}${key}` };
}

/** The digest of the bytes; anything else is why they could not be read. */
async function digestOf(side: Copies, key: string, call: Call): Promise<string> {
  const digester = await createDigester('SHA256');
  if (side.kind === 'folder') {
    const bytes: AsyncIterable<Buffer> = createReadStream(join(side.folder, key));
    for await (const chunk of bytes) digester.update(chunk);
  } else {
    const opened = await side.objects.read(refOf(side, key), call);
    if (opened.state !== 'present') return opened.state === 'absent' ? 'gone meanwhile' : opened.reason;
    let length = 0;
    for await (const chunk of opened.value.body) {
      digester.update(chunk);
      length += chunk.length;
    }
    if (length !== opened.value.state.sizeBytes) return 'the reading broke off';
  }
  return `sha256 ${Buffer.from(digester.digest()).toString('hex')}`;
}
