import { formatFigures, type Pairs } from './figures.ts';
import { ratioOf } from './rounds.ts';
import type { Row } from './row.ts';

export interface RatioQuestion extends Pick<Row, 'goal' | 'what' | 'n' | 'sizes' | 'versions'> {
  readonly figures: Pairs<number>;
  readonly unit: string;
  readonly digits?: number;
  /** What ours ÷ peer has to be; absent: it is reported only. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

/** A row whose ratio is the median over the rounds. Not met where a system without /proc knows no figures. */
export function ratioRow({ figures, unit, digits = 0, target, ...common }: RatioQuestion): Row {
  const ratio = ratioOf(figures);
  return {
    ...common,
    ours: formatFigures(figures.ours, unit, digits),
    peer: formatFigures(figures.peer, unit, digits),
    ratio,
    ...outcomeOf(ratio, target),
  };
}

function outcomeOf(ratio: number, target: RatioQuestion['target']): Pick<Row, 'target' | 'met'> {
  if (target === undefined) return { target: '–', met: 'reported' };
  if ('atLeast' in target) return { target: `≥ ${target.atLeast}`, met: ratio >= target.atLeast ? 'met' : 'not met' };
  return { target: `≤ ${target.atMost}`, met: ratio <= target.atMost ? 'met' : 'not met' };
}

/** A row of something that is not there to be compared with. */
export function missingRow({ goal, what, n, sizes, versions, target }: RatioQuestion): Row {
  const common = { goal, what, n, sizes, versions };
  return { ...common, ours: 'not measured', peer: 'nothing', target: outcomeOf(0, target).target, met: 'peer missing' };
}
