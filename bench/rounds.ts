/** Speeds of two ways to do the same, in bytes per second, one pair per round. */
export interface Rounds {
  readonly ours: readonly number[];
  readonly peer: readonly number[];
}

export type Work = () => void | Promise<void>;

/**
 * Times both in turn, so that whatever else the machine does hits both alike. The first round is not counted: there,
 * WebAssembly and JavaScript are still being optimised.
 */
export async function interleave(rounds: number, sizeBytes: number, work: { ours: Work; peer: Work }): Promise<Rounds> {
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const speeds = { ours: await speedOf(work.ours, sizeBytes), peer: await speedOf(work.peer, sizeBytes) };
    if (round === 0) continue;
    ours.push(speeds.ours);
    peer.push(speeds.peer);
  }
  return { ours, peer };
}

async function speedOf(work: Work, sizeBytes: number): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return sizeBytes / (Number(process.hrtime.bigint() - start) / 1e9);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median over the rounds of ours ÷ peer. */
export function ratioOf({ ours, peer }: Rounds): number {
  return median(ours.map((speed, round) => speed / (peer[round] ?? Number.NaN)));
}

/** `2.31 [2.10–2.40] GB/s`. */
export function formatSpeeds(bytesPerSecond: readonly number[]): string {
  const [middle, least, most] = [median(bytesPerSecond), Math.min(...bytesPerSecond), Math.max(...bytesPerSecond)];
  return `${inGb(middle)} [${inGb(least)}–${inGb(most)}] GB/s`;
}

function inGb(bytes: number): string {
  return (bytes / 1e9).toFixed(2);
}
