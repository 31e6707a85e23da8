import type { Ended } from './fake-run.ts';
import type { PairStage } from './pair-stage.ts';

export type Run = (...args: readonly string[]) => Promise<Ended>;

/** What a person does with a command, and what there has to be before. */
export interface Play {
  /** Of `holdfast policy`. */
  options?(stage: PairStage): readonly string[];
  /** Under the one user who may do everything. */
  prepare?(stage: PairStage, run: Run): Promise<void>;
  /** Under the policy alone. */
  act(run: Run, stage: PairStage): Promise<void>;
}
