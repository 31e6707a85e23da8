import { isCombinable } from '../model/checksum.ts';
import { createDigesterSet } from './digester-set.ts';
import type { DigestRequest, DigestResult, DigestState } from './digest-request.ts';
import { createPartsPass } from './parts-pass.ts';

/** One pass over a content, driven by whoever has the bytes. */
export interface DigestPass {
  /** How much of the content is done, from its first byte on. */
  offsetBytes(): number;
  /** Takes bytes up to the next border of a part, and returns how many: at least one of a chunk that is not empty. */
  take(chunk: Uint8Array): number;
  /** Whether `save` can be called: always, or with parts, only where one ends. */
  isAtBorder(): boolean;
  /** Where the pass stands. Throws where a digest of the whole was asked for whose algorithm cannot be carried on. */
  save(): DigestState;
  /** The content is complete. */
  end(): DigestResult;
}

export async function createDigestPass(request: DigestRequest, resume?: DigestState): Promise<DigestPass> {
  if (resume !== undefined) requireFit(request, resume);
  const whole = await createDigesterSet(request.whole, resume?.whole);
  const parts = request.parts === undefined ? undefined : await createPartsPass(request.parts, resume?.parts);
  let offsetBytes = resume?.offsetBytes ?? 0;

  return {
    offsetBytes: () => offsetBytes,
    take(chunk) {
      const bytes = chunk.subarray(0, parts?.roomBytes());
      whole.update(bytes);
      parts?.take(bytes);
      offsetBytes += bytes.length;
      return bytes.length;
    },
    isAtBorder: () => parts?.isAtBorder() ?? true,
    save: () => ({ offsetBytes, whole: whole.save(), ...(parts && { parts: parts.save() }) }),
    end: () => ({ sizeBytes: offsetBytes, whole: whole.digests(), ...(parts && { parts: parts.end() }) }),
  };
}

/** A state goes on only with the request that made it: anything else would end in a digest of something that never was. */
function requireFit(
  { whole, parts }: DigestRequest,
  { offsetBytes, whole: saved, parts: savedParts }: DigestState,
): void {
  const missing = whole.filter((algorithm) => !isCombinable(algorithm) || saved[algorithm] === undefined);
  if (missing.length > 0) throw new RangeError(`the state has no digest of the whole by ${missing.join(', ')}`);
  if ((parts === undefined) !== (savedParts === undefined)) {
    throw new RangeError('the state and the request do not agree whether there are parts');
  }
  if (parts === undefined || savedParts === undefined) return;
  const doneBytes = parts.sizesBytes.slice(0, savedParts.partCount).reduce((sum, size) => sum + size, 0);
  if (savedParts.partCount > parts.sizesBytes.length || doneBytes !== offsetBytes) {
    throw new RangeError(`${savedParts.partCount} parts end at byte ${doneBytes}, the state stopped at ${offsetBytes}`);
  }
}
