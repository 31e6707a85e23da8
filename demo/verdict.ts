import type { AlertEvent } from '../src/model/alert.ts';
import type { Expectation } from './demo-object.ts';

/** One version that was uploaded, or its replica, and what must be heard about it. */
export interface Watched {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly what: string;
  readonly planted: boolean;
  readonly expect: Expectation;
}

/** `pending`: not enough was heard yet. */
export type Verdict = 'as-expected' | 'pending' | { readonly wrong: string };

/** What is wrong with a verdict that is not as expected. */
export function complaintOf(verdict: Verdict): string {
  return typeof verdict === 'string' ? 'nothing sufficient was heard in time' : verdict.wrong;
}

/** The alert that says most about a version: a damaged part rather than a difference, a difference rather than a proof. */
export function decisive({ heard }: { readonly heard: readonly AlertEvent[] }): AlertEvent | undefined {
  const violated = heard.filter(({ data }) => data.verdict === 'violated');
  return violated.find(({ data }) => data.evidence['damagedPart'] !== undefined) ?? violated.at(-1) ?? heard.at(-1);
}

/** Names one version in what a subscriber receives. */
export function versionName({ bucket, key, versionId }: Pick<Watched, 'bucket' | 'key' | 'versionId'>): string {
  return JSON.stringify([bucket, key, versionId]);
}

/** The version that an alert speaks about; `undefined` for alerts about something else. */
export function subjectName({ data: { subject } }: AlertEvent): string | undefined {
  if (subject.kind !== 'object-version') return undefined;
  const { bucket, key, versionId } = subject.object;
  return versionName({ bucket, key, versionId: versionId ?? '' });
}

/** Judges one version by nothing but what the subscriber received. */
export function judge({ expect }: Pick<Watched, 'expect'>, heard: readonly AlertEvent[]): Verdict {
  const accusations = heard.filter(({ data }) => data.verdict === 'violated');
  const proofs = heard.filter(({ data }) => data.verdict === 'verified' && data.proves === 'stored');
  const [accusation] = accusations;
  switch (expect.kind) {
    case 'verified':
      if (accusation !== undefined) return { wrong: `accused of ${accusation.data.code}, but it is healthy` };
      if (expect.also !== undefined && !heard.some(({ data }) => data.code === expect.also)) return 'pending';
      return proofs.length > 0 ? 'as-expected' : 'pending';
    case 'unverifiable': {
      if (accusation !== undefined) return { wrong: `accused of ${accusation.data.code}, but nobody could read it` };
      if (proofs.length > 0) return { wrong: 'called verified, but nobody could read it' };
      const said = heard.some(
        ({ data }) => data.code === 'content-unreadable' && data.evidence['reason'] === expect.reason,
      );
      return said ? 'as-expected' : 'pending';
    }
    case 'violated':
      return judgeDamage(expect, accusations, proofs);
    default:
      return expect satisfies never;
  }
}

function judgeDamage(
  { codes, damagedPart }: Expectation & { kind: 'violated' },
  accusations: readonly AlertEvent[],
  proofs: readonly AlertEvent[],
): Verdict {
  if (proofs.length > 0) return { wrong: 'called verified, but a byte of it was changed' };
  if (accusations.length === 0) return 'pending';
  const strange = accusations.find(({ data }) => !codes.includes(data.code));
  if (strange !== undefined) return { wrong: `accused of ${strange.data.code}, expected ${codes.join(' or ')}` };
  if (damagedPart === undefined) return 'as-expected';
  const named = accusations.some(({ data }) => data.evidence['damagedPart'] === damagedPart);
  return named ? 'as-expected' : 'pending';
}
