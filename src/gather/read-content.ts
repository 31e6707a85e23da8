import { compositeChecksum, multipartETag } from '../digest/composite.ts';
import { digestContent, digestContentUntil, type DigestResult, type DigestState } from '../digest/content-reader.ts';
import { HoldfastError } from '../errors.ts';
import { isCombinable } from '../model/checksum.ts';
import type { VerifyRule } from '../model/config.ts';
import { formatETag } from '../model/etag.ts';
import type { ContentReading, ObjectFacts, ObjectState, Part } from '../model/facts.ts';
import type { ObjectRef } from '../model/object.ts';
import { type Observation, present } from '../model/observation.ts';
import type { Ports } from '../ports.ts';
import type { Budget } from './gather-facts.ts';
import type { ReadingPlan } from './plan-reading.ts';

/** Where a reading of more than one go stands. The ETag pins all goes to one content. */
export interface Progress {
  readonly etag: string;
  readonly digest: DigestState;
}

export interface OpenReading {
  readonly object: ObjectRef;
  readonly body: AsyncIterable<Uint8Array>;
  readonly state: ObjectState;
  readonly confirming: boolean;
  readonly plan: ReadingPlan;
  readonly rule: Pick<VerifyRule, 'readUpToBytes'>;
  readonly resumed?: Progress;
}

/** Most text of a saved reading, in characters: it travels in a message of at most 256 KiB. */
const MOST_PROGRESS_CHARACTERS = 240_000;

/**
 * Reads the body to its end and computes what the plan asks for, or stops where the time is over and says how to go on. A
 * reading that can neither finish nor be interrupted is `too-large`, before its first byte where that is known.
 */
export async function readContent(
  reading: OpenReading,
  objects: Ports['objects'],
  budget: Budget,
): Promise<Pick<ObjectFacts, 'parts' | 'content' | 'unfinished'>> {
  const { state, plan, rule } = reading;
  const { sizeBytes } = state;
  const asksLong = reading.confirming && plan.perPart.length > 0;
  if (asksLong) await closeBody(reading.body);
  const parts = plan.perPart.length === 0 ? undefined : await gatherParts(reading, objects, budget);
  if (parts?.state === 'unreadable') {
    await closeBody(reading.body);
    return { parts };
  }

  const crcs = plan.whole.filter((algorithm) => isCombinable(algorithm));
  const resumable = crcs.length === plan.whole.length;
  const longest = Math.min(rule.readUpToBytes ?? Infinity, resumable ? Infinity : (budget.readableBytes ?? Infinity));
  if (sizeBytes > longest) {
    await closeBody(reading.body);
    return { content: { state: 'unreadable', reason: 'too-large' } };
  }
  const opened = asksLong ? await openAgain(reading, objects, budget) : present(reading);
  if (opened.state !== 'present') return { content: opened };
  const { body } = opened.value;

  const sizes = parts?.state === 'present' ? parts.value.map((part) => part.sizeBytes) : undefined;
  const perPart = sizes === undefined ? {} : { parts: { sizesBytes: sizes, algorithms: plan.perPart } };
  const facts = parts === undefined ? {} : { parts };
  if (!resumable) {
    const result = await digestContent(body, { whole: plan.whole, ...perPart }, budget.signal);
    return { ...facts, content: present(await toContentReading(result, plan)) };
  }
  const progress = await digestContentUntil(
    body,
    { whole: crcs, ...perPart },
    {
      stopWhen: () => budget.pause?.aborted === true,
      ...(reading.resumed === undefined ? {} : { resume: reading.resumed.digest }),
      signal: budget.signal,
    },
  );
  if (progress.done) return { ...facts, content: present(await toContentReading(progress.result, plan)) };
  const unfinished = JSON.stringify({
    etag: formatETag(state.etag),
    digest: progress.state,
  } satisfies Progress);
  if (unfinished.length > MOST_PROGRESS_CHARACTERS)
    return { ...facts, content: { state: 'unreadable', reason: 'too-large' } };
  return { ...facts, unfinished };
}

/** The inverse of what `unfinished` says. */
export function parseProgress(text: string): Progress {
  const progress: unknown = JSON.parse(text);
  if (isProgress(progress)) return progress;
  throw new HoldfastError('invalid-event', 'gather.readContent', 'expected a saved reading with etag and digest');
}

/** The text is our own and came back through our own queue: enough to tell it from another version's. */
function isProgress(value: unknown): value is Progress {
  return typeof value === 'object' && value !== null && 'etag' in value && 'digest' in value;
}

async function gatherParts(
  { object, state, confirming }: OpenReading,
  objects: Ports['objects'],
  { signal }: Budget,
): Promise<Observation<readonly Part[]>> {
  return objects.parts(object, {
    sizeBytes: state.sizeBytes,
    ifMatch: formatETag(state.etag),
    // A match proves an inferred layout; a difference is only raised with the real one.
    exact: confirming,
    signal,
  });
}

/**
 * The sizes of thousands of parts take longer than a connection stays open from which nobody reads. It would break before its
 * first byte, each time in the same way, and so accuse an intact object.
 */
async function openAgain(
  { object, state, resumed }: OpenReading,
  objects: Ports['objects'],
  { signal }: Budget,
): Promise<Observation<Pick<OpenReading, 'body'>>> {
  const fromByte = resumed?.digest.offsetBytes;
  return objects.read(object, {
    ifMatch: formatETag(state.etag),
    ...(fromByte === undefined ? {} : { fromByte }),
    signal,
  });
}

/** Leaves the body: its connection is closed, nothing more is read. */
export async function closeBody(body: AsyncIterable<Uint8Array>): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}

async function toContentReading({ sizeBytes, whole, parts }: DigestResult, plan: ReadingPlan): Promise<ContentReading> {
  if (parts === undefined) return { sizeBytes, whole };
  const composite: Partial<Record<(typeof plan.perPart)[number], string>> = {};
  for (const algorithm of plan.perPart) {
    composite[algorithm] = await compositeChecksum(
      algorithm,
      parts.map(({ digests }) => digests[algorithm] ?? ''),
    );
  }
  const md5s = parts.map(({ digests }) => Buffer.from(digests.MD5 ?? '', 'base64').toString('hex'));
  return {
    sizeBytes,
    whole,
    parts,
    composite,
    ...(plan.perPart.includes('MD5') ? { multipartETag: multipartETag(md5s) } : {}),
  };
}
