import type { RawEvidence } from './question.ts';

/** What became of one question. */
export type Outcome =
  | { readonly state: 'answered'; readonly answer: string; readonly evidence: RawEvidence }
  | { readonly state: 'unclear'; readonly reason: string; readonly evidence: RawEvidence }
  | { readonly state: 'not-asked' | 'failed'; readonly reason: string };

/** The file that a run leaves: docs/smoke-test.schema.json. */
export interface SmokeReport {
  readonly schema: 'holdfast.smoke.v1';
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** `AWS`, or the host that was asked instead of it: then the answers are that server's own. */
  readonly endpoint: string;
  readonly regions: { readonly source: string; readonly destination: string };
  readonly questions: readonly QuestionReport[];
  /** What is still in the account, in words. */
  readonly left: readonly string[];
}

export type QuestionReport = Outcome & { readonly id: string; readonly question: string; readonly how: string };

/**
 * The report without what names the account and the caller, so that it can be shown to others: account IDs, addresses, IDs of
 * principals behind their type, and owners.
 */
export function withoutIdentity(report: SmokeReport, account: string): SmokeReport {
  const text = JSON.stringify(report, (name, value: unknown) => {
    if (name === 'sourceIPAddress' && value !== 's3.amazonaws.com') return '<address>';
    if (name === 'source-ip-address' || name === 'ownerIdentity' || name === 'requester') return '<identity>';
    if (name === 'principalId' && typeof value === 'string') return maskPrincipal(value);
    return value;
  }).replaceAll(account, '<account>');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a SmokeReport of which only texts have changed
  return JSON.parse(text) as SmokeReport;
}

/** `AWS:AIDA…` says what kind of principal it was; a name of a service stays. */
function maskPrincipal(principal: string): string {
  const [, kind] = /^((?:AWS:)?A[A-Z]{3})[A-Z0-9]/.exec(principal) ?? [];
  return kind === undefined ? principal : `${kind}…`;
}
