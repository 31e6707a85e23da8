import type { CombinableAlgorithm } from '../model/checksum.ts';
import { createDigestPass, type DigestPass } from './digest-pass.ts';
import type { DigestRequest, DigestResult, DigestState } from './digest-request.ts';

export type { DigestRequest, DigestResult, DigestState } from './digest-request.ts';

/** Small enough that what one algorithm has read is still in the cache when the next one reads it. */
const SLICE_SIZE_BYTES = 128 * 1024;

/**
 * Reads a body once, to its end, and computes everything that is asked. Each chunk is hashed as it arrives and forgotten.
 *
 * The signal is looked at between chunks: whoever opened the body must give it the same signal, so that waiting ends too.
 * Rejects with what the body throws; then nothing is known about the content.
 */
export async function digestContent(
  body: AsyncIterable<Uint8Array>,
  request: DigestRequest,
  signal?: AbortSignal,
): Promise<DigestResult> {
  const pass = await createDigestPass(request);
  for await (const chunk of body) {
    signal?.throwIfAborted();
    takeAll(pass, chunk);
  }
  return pass.end();
}

/** A request that can be interrupted: a digest of the whole is only carried on where its state is its digest so far. */
export interface ResumableDigestRequest extends DigestRequest {
  readonly whole: readonly CombinableAlgorithm[];
}

export interface Interruption {
  /**
   * Asked wherever the pass could stop and has come further than where it began: every 128 KiB at most, or, with parts, only
   * where one ends and there is more (and nowhere in what is too much). So leave time for one more part.
   */
  readonly stopWhen: () => boolean;
  /** Where an earlier pass over the same content with the same request stopped. The body then begins at its `offsetBytes`. */
  readonly resume?: DigestState;
  readonly signal?: AbortSignal;
}

export type DigestProgress =
  | { readonly done: true; readonly result: DigestResult }
  | { readonly done: false; readonly state: DigestState };

/**
 * As `digestContent`, in as many goes as it takes: for objects that are too long for one Lambda invocation. Any sequence of
 * stops gives what one uninterrupted pass gives. When it stops it closes the body.
 */
export async function digestContentUntil(
  body: AsyncIterable<Uint8Array>,
  request: ResumableDigestRequest,
  { stopWhen, resume, signal }: Interruption,
): Promise<DigestProgress> {
  const pass = await createDigestPass(request, resume);
  const begin = pass.offsetBytes();
  for await (const chunk of body) {
    signal?.throwIfAborted();
    for (let rest = chunk; rest.length > 0;) {
      // Asked with a byte at hand: at the end of the content there is nothing to stop for.
      if (pass.offsetBytes() > begin && pass.isAtBorder() && stopWhen()) return { done: false, state: pass.save() };
      rest = rest.subarray(takeSlice(pass, rest));
    }
  }
  return { done: true, result: pass.end() };
}

function takeAll(pass: DigestPass, chunk: Uint8Array): void {
  for (let rest = chunk; rest.length > 0;) rest = rest.subarray(takeSlice(pass, rest));
}

/** Takes at most one slice and never across the border of a part. Returns how many bytes it took. */
function takeSlice(pass: DigestPass, chunk: Uint8Array): number {
  return pass.take(chunk.length > SLICE_SIZE_BYTES ? chunk.subarray(0, SLICE_SIZE_BYTES) : chunk);
}
