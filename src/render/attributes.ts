import type { Severity } from '../model/action.ts';
import type { AlertAttributes, NoticeState } from '../model/alert.ts';
import type { PairConfig } from '../model/config.ts';
import { familyOf, type Finding } from '../model/finding.ts';
import { cut } from './cut.ts';
import { regionOf } from './subject.ts';

/** Longest value of an attribute, in characters: names of buckets and pairs are far shorter. */
const LONGEST = 256;

/** More pairs than a bucket is ever in. */
const MOST_PAIRS = 50;

export interface Classified {
  readonly finding: Finding;
  readonly severity: Severity;
  readonly state: NoticeState;
  /** Those of the configuration; empty: only a finding that names its pair has one. */
  readonly pairs: readonly PairConfig[];
  readonly test?: true;
}

/** What filter policies match on. An attribute without a value is left out: SNS refuses empty texts. */
export function toAttributes({ finding, severity, state, pairs, test }: Classified): AlertAttributes {
  const { code, subject } = finding;
  const bucket = bucketOf(finding);
  const names = pairsOf(finding, pairs).slice(0, MOST_PAIRS);
  const [only = ''] = names;
  return {
    severity,
    code,
    family: familyOf(code),
    state,
    region: cut(regionOf(subject), LONGEST),
    ...(bucket === undefined || bucket === '' ? {} : { bucket: cut(bucket, LONGEST) }),
    ...(names.length > 1 ? { pair: names } : only === '' ? {} : { pair: cut(only, LONGEST) }),
    ...(test === undefined ? {} : { test: 'true' }),
  };
}

function bucketOf({ subject }: Finding): string | undefined {
  switch (subject.kind) {
    case 'object-version':
      return subject.object.bucket;
    case 'pair':
      return subject.source;
    case 'bucket':
    case 'prefix':
      return subject.bucket;
    default:
      return undefined;
  }
}

/** Whom it concerns: the pair that the finding names, or every pair that its bucket or key serves. */
function pairsOf(finding: Finding, pairs: readonly PairConfig[]): readonly string[] {
  const { subject, evidence } = finding;
  if (subject.kind === 'pair') return [subject.pair];
  const link = evidence['link'];
  if (typeof link === 'string') return [link.split('/', 1).join('')];
  const bucket = bucketOf(finding);
  return pairs
    .filter(({ source, destinations }) =>
      [source, ...destinations].some(
        (each) => each.bucket === bucket || (subject.kind === 'kms-key' && each.kmsKeys.includes(subject.keyArn)),
      ),
    )
    .map(({ name }) => name);
}
