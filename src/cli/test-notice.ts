import { createHash } from 'node:crypto';
import type { Severity } from '../model/action.ts';
import type { RenderedAlert } from '../model/alert.ts';
import type { AlertState } from '../model/alert-state.ts';
import type { PairConfig } from '../model/config.ts';
import type { Subject } from '../model/finding.ts';
import { renderNotice } from '../render/notice.ts';

export interface TestNotice {
  readonly stage: string;
  readonly region: string;
  readonly severity: Severity;
  readonly at: Date;
  /** As if it were about this pair; absent: about none. */
  readonly pair?: PairConfig;
}

/** A notice as people would get it, marked as a test in its data, attributes, title and text. */
export function toTestNotice({ stage, region, severity, at, pair }: TestNotice): RenderedAlert {
  const subject: Subject =
    pair === undefined
      ? { kind: 'monitor', region }
      : { kind: 'pair', pair: pair.name, region, source: pair.source.bucket };
  const fingerprint = toHash(`test/${stage}/${region}`);
  const cause: AlertState = {
    fingerprint,
    episode: 1,
    phase: 'open',
    finding: {
      verdict: severity === 'info' ? 'unverifiable' : 'violated',
      code: 'monitor-silent',
      subject,
      evidence: { test: 'sent by holdfast test-alert: nothing has happened' },
    },
    severity,
    count: 1,
    healed: 0,
    firstAt: at,
    lastAt: at,
    examples: [],
  };
  const id = toHash(`${fingerprint}/${at.toISOString()}`);
  return renderNotice(
    cause,
    { id, state: 'opened', number: 1, severity, at, test: true },
    { stage, region, pairs: pair === undefined ? [] : [pair] },
  );
}

function toHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
