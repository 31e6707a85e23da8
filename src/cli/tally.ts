import type { Verdict } from '../model/finding.ts';
import type { ObjectVerdict } from '../audit/inspect-object.ts';
import type { ExitCode } from './io.ts';
import { formatBytes, formatCount } from './printable.ts';
import { describeWitnesses } from './render-verdict.ts';

/** Counts verdicts, and nothing that grows with the number of objects. */
export interface Tally {
  add(verdict: ObjectVerdict): void;
  /** `complete`: everything that was asked for was looked at. */
  toRecord(options: { readonly complete: boolean }): object;
  /** The table at the end; `shown` of the violated were printed before it. */
  render(options: { readonly complete: boolean; readonly shown: number }): string;
  exitCode(): ExitCode;
}

interface Row {
  objects: number;
  bytes: number;
}

const ORDER: readonly Verdict[] = ['violated', 'unverifiable', 'verified'];

export function createTally(): Tally {
  const rows = { verified: emptyRow(), violated: emptyRow(), unverifiable: emptyRow() };
  const causes = new Map<string, number>();
  const total = (): number => ORDER.reduce((sum, verdict) => sum + rows[verdict].objects, 0);

  return {
    add(verdict) {
      const row = rows[verdict.verdict];
      row.objects += 1;
      row.bytes += verdict.state?.sizeBytes ?? 0;
      const cause = causeOf(verdict);
      if (cause !== undefined) causes.set(cause, (causes.get(cause) ?? 0) + 1);
    },
    toRecord: ({ complete }) => ({
      kind: 'summary',
      complete,
      objects: total(),
      ...rows,
      causes: Object.fromEntries(causes),
    }),
    render: ({ complete, shown }) => {
      const table = ORDER.map((verdict) => {
        const { objects, bytes } = rows[verdict];
        return `${verdict.padEnd(14)}${formatCount(objects).padStart(12)}${formatBytes(bytes).padStart(12)}`;
      });
      const hidden = rows.violated.objects - shown;
      return [
        `${'verdict'.padEnd(14)}${'objects'.padStart(12)}${'size'.padStart(12)}`,
        ...table,
        ...(causes.size === 0 ? [] : ['', ...[...causes].map(([cause, count]) => `${formatCount(count)} × ${cause}`)]),
        ...(hidden > 0 ? ['', `${formatCount(hidden)} more violated are not shown: --json names each`] : []),
        ...(complete ? [] : ['', 'incomplete: it ended early, and what is not counted was not looked at']),
        ...(complete && total() === 0 ? ['', 'there is no object with this prefix'] : []),
        '',
      ].join('\n');
    },
    exitCode() {
      if (rows.violated.objects > 0) return 1;
      return rows.unverifiable.objects > 0 || total() === 0 ? 2 : 0;
    },
  };
}

function emptyRow(): Row {
  return { objects: 0, bytes: 0 };
}

/** Why something is not verified: a code, a reason, or what there was to compare with. A small set, whatever the bucket. */
function causeOf({ verdict, judgements, state }: ObjectVerdict): string | undefined {
  if (verdict === 'verified') return undefined;
  const finding = judgements.find((judgement) => judgement.finding.verdict === verdict)?.finding;
  if (finding === undefined) {
    return state === undefined ? undefined : `nothing compared: S3 holds ${describeWitnesses(state)}; add --content`;
  }
  const reason = finding.evidence['reason'];
  return typeof reason === 'string' ? `${finding.code}: ${reason}` : finding.code;
}
