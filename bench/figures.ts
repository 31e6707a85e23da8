import { median } from './rounds.ts';

/** What two ways to do the same measured, one pair per round. */
export interface Pairs<T> {
  readonly ours: readonly T[];
  readonly peer: readonly T[];
}

export interface Turns {
  readonly rounds: number;
  /** Uncounted rounds before them. */
  readonly warmUps: number;
}

/** Measures both in turn, so that whatever else the machine does hits both alike. */
export async function inTurn<T>(
  { rounds, warmUps }: Turns,
  measure: { ours: () => Promise<T>; peer: () => Promise<T> },
): Promise<Pairs<T>> {
  const pairs: { ours: T; peer: T }[] = [];
  for (let round = -warmUps; round < rounds; round++) {
    const pair = { ours: await measure.ours(), peer: await measure.peer() };
    if (round >= 0) pairs.push(pair);
  }
  return { ours: pairs.map(({ ours }) => ours), peer: pairs.map(({ peer }) => peer) };
}

/** One figure of each measurement. */
export function pick<T>({ ours, peer }: Pairs<T>, figure: (measured: T) => number): Pairs<number> {
  return { ours: ours.map(figure), peer: peer.map(figure) };
}

/** `2.31 [2.10–2.40] CPU-s/GiB`: median, least and most. */
export function formatFigures(figures: readonly number[], unit: string, digits = 2): string {
  const [middle, least, most] = [median(figures), Math.min(...figures), Math.max(...figures)];
  return `${middle.toFixed(digits)} [${least.toFixed(digits)}–${most.toFixed(digits)}] ${unit}`;
}

/** `1 GiB`, `64 MiB`, `4 KiB`: exact, for sizes that were chosen. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  for (; value % 1024 === 0 && unit < units.length - 1; unit++) value /= 1024;
  return `${value} ${units[unit] ?? ''}`;
}
