import type { LifecycleRule } from '../../model/bucket-settings.ts';
import type { Finding } from '../../model/finding.ts';
import { putLifecycle } from '../../model/lifecycle-document.ts';
import { valueOf } from '../../model/observation.ts';
import type { PairFacts } from '../../model/pair-facts.ts';
import { awsCommand } from '../../model/shell-command.ts';
import { bucketSubject, type PairCheck, unreadSettings } from './check.ts';

const DAY_MS = 86_400_000;

/** Age from which an upload that is not completed is taken for forgotten, in days. */
const STALE_DAYS = 7;

/** Commands that are printed; the rest is named by running it again, or goes with a rule. */
const MOST_COMMANDS = 20;

/**
 * Parts of uploads that nobody completes are stored, billed and never listed. Asked of the source only: replicas are uploaded by
 * S3, which cleans up after itself.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
 */
export const unfinishedUploads: PairCheck = {
  id: 'unfinished-uploads',
  states: 'multipart uploads that nobody completes are removed',
  needs: ['source.lifecycle', 'source.versioning', 'source.uploads'],
  applies: ({ source }) => source.lifecycle !== undefined || source.uploads !== undefined,
  run: (facts) => [
    ...withoutRule(facts),
    ...stale(facts),
    ...unreadSettings(facts, 'multipart-abort-rule-missing', [['source', 'lifecycle']]),
    ...unreadSettings(facts, 'multipart-upload-stale', [['source', 'uploads']]),
  ],
};

function withoutRule(facts: PairFacts): readonly Finding[] {
  const { lifecycle, versioning } = facts.source;
  if (lifecycle === undefined || lifecycle.state === 'unreadable') return [];
  // S3 takes no lifecycle rules on a bucket with MFA delete.
  if (valueOf(versioning)?.mfaDelete === true) return [];
  const rules = valueOf(lifecycle) ?? [];
  if (rules.some((rule) => abortsEverything(rule))) return [];
  return [
    {
      verdict: 'violated',
      code: 'multipart-abort-rule-missing',
      subject: bucketSubject(facts, 'source'),
      evidence: { lifecycleRules: rules.length },
      remedy: {
        who: 'owner of the source bucket',
        what: `Add a lifecycle rule that aborts uploads ${STALE_DAYS} days after they were begun, beside the rules that are there.`,
        commands: [putLifecycle(facts.link.source, [...rules, abortRule(rules)])],
      },
    },
  ];
}

/** S3 allows neither tags nor sizes in a rule that aborts uploads. */
function abortsEverything({ enabled, prefix, abortUploadsAfterDays }: LifecycleRule): boolean {
  return enabled && prefix === '' && abortUploadsAfterDays !== undefined;
}

function abortRule(rules: readonly LifecycleRule[]): LifecycleRule {
  const name = 'abort-unfinished-uploads';
  return {
    id: rules.some(({ id }) => id === name) ? `${name}-everywhere` : name,
    enabled: true,
    prefix: '',
    tags: {},
    expiredDeleteMarker: false,
    transitions: [],
    noncurrentTransitions: [],
    abortUploadsAfterDays: STALE_DAYS,
  };
}

function stale(facts: PairFacts): readonly Finding[] {
  const { bucket, region } = facts.link.source;
  const before = facts.lookedAt.getTime() - STALE_DAYS * DAY_MS;
  const uploads = (valueOf(facts.source.uploads) ?? []).filter(({ initiatedAt }) => initiatedAt.getTime() < before);
  const [oldest] = uploads;
  if (oldest === undefined) return [];
  const abort = uploads
    .slice(0, MOST_COMMANDS)
    .map(({ key, uploadId }) =>
      awsCommand('s3api abort-multipart-upload', { bucket, region, key, 'upload-id': uploadId }),
    );
  const more =
    uploads.length > MOST_COMMANDS ? ` These are the oldest ${MOST_COMMANDS}: a lifecycle rule removes all.` : '';
  return [
    {
      verdict: 'violated',
      code: 'multipart-upload-stale',
      subject: bucketSubject(facts, 'source'),
      evidence: { uploads: uploads.length, oldestAt: oldest.initiatedAt.toISOString() },
      remedy: {
        who: 'whoever uploads to the source bucket',
        what: `Complete the uploads or abort them; what was uploaded of them is lost then.${more}`,
        commands: abort,
      },
    },
  ];
}
