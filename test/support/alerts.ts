import type { AlertData } from '../../src/model/alert.ts';
import type { AlertState } from '../../src/model/alert-state.ts';
import { OBJECT } from './facts.ts';

export const FINGERPRINT = '0123456789abcdef0123456789abcdef';

/** What a notice says of its cause where a test does not care: one case, told for the first time. */
export const FIRST_NOTICE: Pick<
  AlertData,
  'episode' | 'notice' | 'count' | 'healed' | 'firstAt' | 'lastAt' | 'examples' | 'list'
> = {
  episode: 1,
  notice: 1,
  count: 1,
  healed: 0,
  firstAt: '2026-11-02T00:00:00.000Z',
  lastAt: '2026-11-02T00:00:00.000Z',
  examples: [],
  list: 'npx holdfast alerts show f',
};

/** Three replicas that are missing, one of which came after all. */
export function aCause(changes: Partial<AlertState> = {}): AlertState {
  const finding = {
    verdict: 'violated',
    code: 'replica-missing',
    subject: { kind: 'object-version', object: OBJECT },
    replica: { bucket: 'photos-usw2', region: 'us-west-2' },
    evidence: { link: 'photos/photos/photos-usw2', ageMs: 900_000 },
  } as const;
  const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 2, 8, 0, seconds));
  const keys = ['c', 'b', 'a'];
  return {
    fingerprint: FINGERPRINT,
    episode: 1,
    phase: 'open',
    finding,
    severity: 'critical',
    count: 3,
    healed: 1,
    firstAt: at(0),
    lastAt: at(20),
    examples: keys.map((key, index) => ({
      id: key,
      subject: { kind: 'object-version', object: { ...OBJECT, key } },
      evidence: finding.evidence,
      at: at(20 - 10 * index),
    })),
    event: { name: 'ObjectCreated:Put', at: at(0), principal: 'AWS:AIDA' },
    ...changes,
  };
}
