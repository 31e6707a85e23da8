import { gatherGap, LEAST_GAP_MS } from '../audit/gather-gap.ts';
import { formatDuration } from './duration-option.ts';
import type { Io } from './io.ts';
import { linksOfPair } from './pair-options.ts';
import type { Services } from './services.ts';

interface GapQuestion {
  readonly pair: string;
  /** Of the stack that measures, beside S3 itself. */
  readonly stage: string;
  /** A quote waits for nothing. */
  readonly quote: boolean;
}

/** Time between two looks at a difference, in milliseconds, as long as the replicas of the pair have taken lately. */
export async function measuredGap(
  { pair, stage, quote }: GapQuestion,
  services: Services,
  { stderr, signal }: Pick<Io, 'stderr' | 'signal'>,
): Promise<number> {
  if (quote) return LEAST_GAP_MS;
  const { meter } = services.stack(stage);
  const ms = await gatherGap(linksOfPair(services.config, pair), { ...services, meter, call: { signal } });
  if (ms > LEAST_GAP_MS)
    stderr.write(`differences are looked at again after ${formatDuration(ms)}, as replicas take\n`);
  return ms;
}
