import { holdfast, type Run } from './holdfast.ts';
import { DESTINATION, REPLICATION_ROLE, REPORTS } from './places.ts';
import { FAILED_PREFIX } from './replica-scenes.ts';
import type { Outcome } from './scene.ts';
import { hasArrived } from './show-replica.ts';
import type { Stage } from './stage.ts';

const ABOUT = ['--failed', '--prefix', FAILED_PREFIX];

interface Version {
  readonly key: string;
  readonly versionId: string;
}

/** A person has S3 replicate again what it gave up: three commands, and the replicas are there. */
export async function repair(stage: Stage, failed: readonly Version[]): Promise<Outcome> {
  const id = 'repair';
  const what = 'a Batch Replication job brings the failed ones';
  const wrong = ({ command, exitCode, stderr, stdout }: Run, expected: string): Outcome => {
    const said = (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '';
    return { id, what, complaint: `${command} ended with ${exitCode}, expected ${expected}: ${said}` };
  };
  const means = ['--role', REPLICATION_ROLE, '--report-bucket', REPORTS.bucket, '--yes'];
  const created = await holdfast(stage, ['repair', 'orders', ...ABOUT, ...means]);
  const [, job] = /^ +holdfast repair orders .*--confirm (\S+)/m.exec(created.stdout) ?? [];
  if (job === undefined) return wrong(created, 'the command that confirms a job');
  const confirmed = await holdfast(stage, ['repair', 'orders', '--confirm', job]);
  if (confirmed.exitCode !== 0) return wrong(confirmed, '0');
  for (const { key, versionId } of failed) {
    if (await hasArrived(stage, { bucket: DESTINATION.bucket, key, versionId })) continue;
    return { id, what, complaint: `the job ${job} brought no replica of ${key}` };
  }
  const waited = await holdfast(stage, [
    'wait',
    'orders',
    '--prefix',
    FAILED_PREFIX,
    '--timeout',
    '30s',
    '--interval',
    '1s',
  ]);
  if (waited.exitCode !== 0) return wrong(waited, '0');
  const seen = `holdfast repair orders --failed … --yes; holdfast repair orders --confirm ${job}; and holdfast wait orders agrees: all ${failed.length} are there`;
  return { id, what, seen };
}
