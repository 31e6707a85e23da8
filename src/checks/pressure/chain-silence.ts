import type { Canary, CanaryKind, CanaryRound, LinkCanaries } from '../../model/canary.ts';
import type { Finding, Subject } from '../../model/finding.ts';
import type { PressureCheck } from './check.ts';

/** S3 delivers events within seconds, now and then after minutes; a canary of which nothing was heard at this age tells of silence. */
const SILENT_AFTER_MS = 10 * 60_000;

const KINDS = ['plain', 'kms', 'parts'] as const satisfies readonly CanaryKind[];

/**
 * Whether what happens in a bucket still reaches us: event, queue, function, look and ledger. A canary that nobody has looked at says
 * no, unless a later one of its kind came through: then one event is lost, and the bucket is not silent. Only the first look counts,
 * because a reading may have to wait where KMS throttles.
 */
export const chainSilence: PressureCheck = {
  id: 'chain-silence',
  needs: ['canaries'],
  run({ region, canaries = [] }) {
    const asked = canaries.filter(isAsked);
    const buckets = [...new Set(asked.map(({ link }) => link.source.bucket))];
    const silences = buckets.flatMap((bucket) =>
      silenceOf(
        bucket,
        asked.filter(({ link }) => link.source.bucket === bucket),
      ),
    );
    // All of them at once, and they share but our own stack: that is one cause.
    if (silences.length > 1 && silences.length === buckets.length) {
      return [toFinding({ kind: 'monitor', region }, silences)];
    }
    return silences.map((silence) => toFinding({ kind: 'bucket', bucket: silence.bucket, region }, [silence]));
  },
};

interface Silence {
  readonly bucket: string;
  /** When the first canary was written that nobody looked at. */
  readonly since: Date;
  /** Age of it when it was last asked for, in milliseconds. */
  readonly unheardMs: number;
}

/** A bucket of which nothing was asked is neither silent nor heard. */
function isAsked({ rounds }: LinkCanaries): boolean {
  return rounds.some((round) => KINDS.some((kind) => isHeard(round[kind]) || isUnheard(round[kind])));
}

function silenceOf(bucket: string, links: readonly LinkCanaries[]): readonly Silence[] {
  const rounds = links.flatMap((link) => link.rounds).toSorted((a, b) => a.writtenAt.getTime() - b.writtenAt.getTime());
  return KINDS.flatMap((kind): readonly Silence[] => {
    const after = rounds.slice(rounds.findLastIndex((round) => isHeard(round[kind])) + 1);
    return after.flatMap((round) => toSilence(bucket, round, round[kind])).slice(0, 1);
  })
    .toSorted((a, b) => a.since.getTime() - b.since.getTime())
    .slice(0, 1);
}

function toSilence(bucket: string, { writtenAt }: CanaryRound, canary: Canary | undefined): readonly Silence[] {
  const unheardMs = canary?.unheardMs ?? 0;
  return unheardMs < SILENT_AFTER_MS ? [] : [{ bucket, since: writtenAt, unheardMs }];
}

function isHeard(canary: Canary | undefined): boolean {
  return canary?.heardMs !== undefined;
}

function isUnheard(canary: Canary | undefined): boolean {
  return canary?.unheardMs !== undefined;
}

function toFinding(subject: Subject, silences: readonly Silence[]): Finding {
  const first = silences.reduce((a, b) => (b.since < a.since ? b : a));
  return {
    verdict: 'violated',
    code: 'monitor-silent',
    subject,
    evidence: {
      canaryWrittenAt: first.since.toISOString(),
      silentMinutes: Math.floor(first.unheardMs / 60_000),
      buckets: silences.map(({ bucket }) => bucket).join(' '),
    },
  };
}
