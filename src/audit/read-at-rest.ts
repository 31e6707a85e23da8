import { checks } from '../checks/index.ts';
import { combinedChecksums } from '../gather/gather-layouts.ts';
import type { AtRestOutcome, AtRestReason } from '../model/at-rest.ts';
import { type Checksum, isCombinable } from '../model/checksum.ts';
import { formatETag } from '../model/etag.ts';
import type { ContentReading, ObjectFacts, ObjectState } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { type ObjectRef, isImmutable } from '../model/object.ts';
import { type Observation, present } from '../model/observation.ts';
import type { Call, Ledger, ObjectStore } from '../ports.ts';

/** What S3 has read of one copy, and what stands against it. */
export type CopyReading =
  | {
      readonly state: 'read';
      readonly findings: readonly Finding[];
      /** Of the content as it is stored; absent where nothing was computed. */
      readonly checksum?: Checksum;
    }
  /** Not judged, for this reason. */
  | { readonly state: 'skipped'; readonly reason: string };

export interface AtRestMeans {
  readonly objects: Pick<ObjectStore, 'head' | 'parts'>;
  /** What the jobs said of it; absent: it was in none. */
  readonly find: (object: ObjectRef) => AtRestOutcome | undefined;
  readonly now: () => Date;
  /** What the functions computed of this very content when they first read it; absent: nobody knows. */
  readonly baselines?: Pick<Ledger, 'baseline'>;
}

/** Holds what S3 computed from the stored bytes against everything that is recorded of the version, its part checksums included. */
export async function readAtRest(object: ObjectRef, means: AtRestMeans, call: Call): Promise<CopyReading> {
  const outcome = means.find(object);
  if (outcome === undefined) return { state: 'skipped', reason: 'not-in-the-job' };
  if (outcome.state !== 'computed') return { state: 'read', findings: [uncomputed(object, outcome)] };
  const { checksum, etag } = outcome;
  const source = await means.objects.head(object, { checksums: true, signal: call.signal });
  if (source.state === 'present' && isAnother(object, source.value, etag))
    return { state: 'skipped', reason: 'written-since-the-job' };
  const known =
    source.state === 'present' ? await withCombined(object, { state: source.value, checksum }, means, call) : source;
  const baseline =
    known.state === 'present' && isUnrecorded(known.value)
      ? await means.baselines?.baseline(object, known.value, call)
      : undefined;
  const facts: ObjectFacts = {
    event: { kind: 'created', name: 'holdfast audit', object, eventAt: means.now() },
    reach: 'content',
    asked: 'computed-checksum',
    confirming: true,
    source: known,
    declared: [],
    ...(baseline === undefined ? {} : { baseline }),
    ...(known.state === 'present' ? { content: present(toReading(checksum, known.value)) } : {}),
  };
  const findings = reading.flatMap((check) => check.run(facts)).map((finding) => atRest(finding));
  return { state: 'read', findings, checksum };
}

/** Those that ask what the bytes are; the registered ones, because a job is only another way to read. */
const reading = checks.filter(({ needs }) => needs.includes('source') && !needs.includes('replicas'));

function atRest(finding: Finding): Finding {
  return finding.basis === 'computed-checksum' ? { ...finding, basis: 'at-rest-checksum' } : finding;
}

/** Nothing but our own memory could say what it was. */
function isUnrecorded({ checksums, etag }: ObjectState): boolean {
  return checksums.length === 0 && etag.kind === 'opaque';
}

/** Only the content of an immutable version is still the same for sure. */
function isAnother(object: ObjectRef, { etag: now }: ObjectState, etag: string | undefined): boolean {
  return !isImmutable(object) && etag !== undefined && etag !== formatETag(now);
}

/** A composite says nothing about a checksum of the whole, but the CRCs of its parts do. */
async function withCombined(
  object: ObjectRef,
  { state, checksum }: { readonly state: ObjectState; readonly checksum: Checksum },
  { objects }: AtRestMeans,
  { signal }: Call,
): Promise<Observation<ObjectState>> {
  const { algorithm, type } = checksum;
  const isComparable = state.checksums.some((stored) => stored.algorithm === algorithm && stored.type === type);
  const ofParts = state.checksums.some((stored) => stored.algorithm === algorithm && stored.type === 'COMPOSITE');
  if (isComparable || !ofParts || !isCombinable(algorithm)) return present(state);
  const parts = await objects.parts(object, { sizeBytes: state.sizeBytes, exact: true, signal });
  return present({ ...state, checksums: [...state.checksums, ...combinedChecksums(parts, state)] });
}

/** The report names no size: what is stored is taken for as long as its checksum says. */
function toReading({ algorithm, type, base64 }: Checksum, { sizeBytes }: ObjectState): ContentReading {
  const digest = { [algorithm]: base64 };
  return type === 'COMPOSITE' ? { sizeBytes, whole: {}, composite: digest } : { sizeBytes, whole: digest };
}

function uncomputed(object: ObjectRef, outcome: Exclude<AtRestOutcome, { state: 'computed' }>): Finding {
  const reason: AtRestReason = outcome.state === 'failed' ? 'not-computed' : 'report-not-understood';
  const evidence = { reason, said: outcome.state === 'failed' ? outcome.reason : outcome.text };
  return { verdict: 'unverifiable', code: 'content-unreadable', subject: { kind: 'object-version', object }, evidence };
}
