import type { LinkView, Sample } from './view.ts';

/** What would be lost; the estimated tail is no count, and left out. */
export function toSample(at: string, { atRisk, backlog }: Pick<LinkView, 'atRisk' | 'backlog'>): Sample {
  return [Date.parse(at), atRisk?.versions ?? null, atRisk?.bytes ?? null, oldestOf(backlog)];
}

function oldestOf(backlog: LinkView['backlog']): number | null {
  if (backlog === undefined) return null;
  return backlog.oldestMs ?? (backlog.versions === 0 ? 0 : null);
}
