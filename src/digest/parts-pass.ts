import type { ChecksumAlgorithm } from '../model/checksum.ts';
import { DIGEST_SIZES_BYTES } from './digester.ts';
import { createDigesterSet } from './digester-set.ts';
import type { Digests, PartDigest, PartsRequest, PartsState } from './digest-request.ts';

/** Follows a content part by part. Holds the digests of finished parts and one digester per algorithm, whatever the sizes. */
export interface PartsPass {
  /** How many bytes the part in progress still takes; without limit once all parts are done. Never 0. */
  roomBytes(): number;
  /** Takes the next bytes: at most `roomBytes`. */
  take(bytes: Uint8Array): void;
  /** Whether the next byte begins a part, or is the first one too many. */
  isAtBorder(): boolean;
  /** Only at a border. */
  save(): PartsState;
  end(): readonly PartDigest[];
}

export async function createPartsPass(request: PartsRequest, resume?: PartsState): Promise<PartsPass> {
  const { sizesBytes } = request;
  const wrong = sizesBytes.find((size) => !Number.isSafeInteger(size) || size < 0);
  if (wrong !== undefined) throw new RangeError(`not a size in bytes: ${wrong}`);

  const digesters = await createDigesterSet(request.algorithms);
  const done: PartDigest[] = resume === undefined ? [] : loadParts(request, resume);
  let partBytes = 0;

  function close(): void {
    done.push({ sizeBytes: partBytes, digests: digesters.digests() });
    digesters.restart();
    partBytes = 0;
  }

  function closeFull(): void {
    while (partBytes === sizesBytes[done.length]) close();
  }

  closeFull(); // a part may be empty
  return {
    roomBytes: () => (sizesBytes[done.length] ?? Infinity) - partBytes,
    take(bytes) {
      digesters.update(bytes);
      partBytes += bytes.length;
      closeFull();
    },
    isAtBorder: () => partBytes === 0,
    save: () => saveParts(done, request.algorithms),
    end() {
      if (partBytes > 0) close();
      return done;
    },
  };
}

function saveParts(done: readonly PartDigest[], algorithms: readonly ChecksumAlgorithm[]): PartsState {
  const digests: Partial<Record<ChecksumAlgorithm, string>> = {};
  for (const algorithm of algorithms) {
    const bytes = done.map((part) => Buffer.from(part.digests[algorithm] ?? '', 'base64'));
    digests[algorithm] = Buffer.concat(bytes).toString('base64');
  }
  return { partCount: done.length, digests };
}

function loadParts({ sizesBytes, algorithms }: PartsRequest, { partCount, digests }: PartsState): PartDigest[] {
  const columns = algorithms.map((algorithm) => {
    const bytes = Buffer.from(digests[algorithm] ?? '', 'base64');
    const width = DIGEST_SIZES_BYTES[algorithm];
    if (bytes.length !== partCount * width) {
      throw new RangeError(`expected ${partCount} digests of ${algorithm}, got ${bytes.length} bytes`);
    }
    return { algorithm, bytes, width };
  });
  return sizesBytes.slice(0, partCount).map((sizeBytes, part) => ({
    sizeBytes,
    digests: Object.fromEntries(
      columns.map(({ algorithm, bytes, width }) => {
        return [algorithm, bytes.subarray(part * width, (part + 1) * width).toString('base64')];
      }),
    ) satisfies Digests,
  }));
}
