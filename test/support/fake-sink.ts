import { identifyCase } from '../../src/act/identify-case.ts';
import type { RenderedAlert } from '../../src/model/alert.ts';
import type { CaseRef } from '../../src/model/alert-state.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { AlertSink } from '../../src/ports.ts';
import { renderAlert } from '../../src/render/alert.ts';

export interface FakeSinkOptions {
  /** Hears of every report, the case's id being that of the event: repetitions have the same. */
  hear(alert: RenderedAlert): void;
  gone?(ref: CaseRef): void;
  proved?(proofs: readonly Finding[]): void;
  now?(): Date;
}

/** Tells a test of every report of a finding by itself, without the desk that gathers those of one cause. */
export function createFakeSink({ hear, gone, proved, now = () => new Date(0) }: FakeSinkOptions): AlertSink {
  return {
    async open(alert) {
      const { fingerprint, id } = identifyCase(alert);
      hear(renderAlert(alert, { id: `${id}/${alert.state}`, fingerprint, time: now() }));
    },
    resolve: async (ref) => gone?.(ref),
    heal: async (proofs) => proved?.(proofs),
  };
}
