/** `reported`: a figure without a gate. `peer missing`: counts as not met, because nothing was compared. */
export type Outcome = 'met' | 'not met' | 'peer missing' | 'reported';

/** One number of the README, measured side by side with a peer in one run. */
export interface Row {
  /** Number of the goal, e.g. `G2`. */
  readonly goal: string;
  /** What was measured, and against which peer. */
  readonly what: string;
  /** Interleaved rounds. */
  readonly n: number;
  /** Size of the content and of its chunks. */
  readonly sizes: string;
  /** Ours and the peer's, as median with least and most, and with their unit. */
  readonly ours: string;
  readonly peer: string;
  /** Median over the rounds of ours ÷ peer; absent where there was no peer. */
  readonly ratio?: number;
  /** What the ratio has to be, e.g. `≥ 0.95`. */
  readonly target: string;
  readonly met: Outcome;
  /** Of Node and of everything compared. */
  readonly versions: string;
}

/** The row on one line, for people. */
export function formatRow({ goal, what, n, sizes, ours, peer, ratio, target, met, versions }: Row): string {
  const outcome = met === 'peer missing' ? 'not met: peer missing' : met;
  const times = ratio === undefined ? '–' : `${ratio.toFixed(2)}×`;
  return `${goal}  ${outcome}  ${times} (${target})  ${what}: ${ours} against ${peer}; n=${n}, ${sizes}; ${versions}`;
}
