import type { Hearing } from './hearing.ts';
import type { Screen } from './screen.ts';
import type { Stage } from './stage.ts';

/** The end: what was found, what was not, what it cost. */
export function summarise(stage: Stage, hearing: Hearing, screen: Screen): number {
  const verdicts = hearing.verdicts();
  const wrong = verdicts.filter(({ verdict }) => verdict !== 'as-expected');
  const strangers = hearing.strangers();
  const planted = verdicts.filter(({ watched }) => watched.planted);
  const healthy = verdicts.filter(({ watched }) => watched.expect.kind === 'verified');
  const damaged = verdicts.filter(({ watched }) => watched.expect.kind === 'violated');
  const good = (all: typeof verdicts): number => all.filter(({ verdict }) => verdict === 'as-expected').length;

  screen.heading('Judged only by what the subscriber received');
  screen.text(
    `  ${good(healthy)} of ${healthy.length} healthy versions proved by reading their bytes, replicas included`,
  );
  screen.text(
    `  ${good(damaged)} of ${damaged.length} damaged versions found, ${good(planted)} of ${planted.length} planted faults judged rightly`,
  );
  for (const { watched, verdict } of wrong) {
    const reason =
      verdict === 'pending' || verdict === 'as-expected' ? 'nothing sufficient was heard in time' : verdict.wrong;
    const place = `s3://${watched.bucket}/${watched.key}`;
    screen.line('wrong', `${place} (${watched.what}): ${reason}`, {
      type: 'wrong',
      place,
      versionId: watched.versionId,
      reason,
    });
  }
  for (const event of strangers)
    screen.line('wrong', `${event.subject}: ${event.data.code}, but nobody uploaded it`, {
      type: 'wrong',
      place: event.subject,
      reason: event.data.code,
    });
  for (const line of requestsOfFunctions(stage)) screen.text(`  ${line}`);
  const passed = wrong.length === 0 && strangers.length === 0;
  screen.line(
    passed ? 'ok' : 'wrong',
    passed ? 'Every planted fault was found, nothing healthy was accused.' : 'This is not as it should be.',
    {
      type: 'summary',
      passed,
      versions: verdicts.length,
      healthy: healthy.length,
      damaged: damaged.length,
      planted: planted.length,
      wrong: wrong.length + strangers.length,
    },
  );
  return passed ? 0 : 1;
}

/** What the functions asked of S3: the price of watching. */
function requestsOfFunctions(stage: Stage): readonly string[] {
  const counts = new Map<string, number>();
  for (const { service, operation, role, count } of stage.cloud.requests()) {
    if (service === 's3' && role !== 'admin') counts.set(operation, (counts.get(operation) ?? 0) + count);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const each = [...counts].toSorted(([, a], [, b]) => b - a).map(([operation, count]) => `${count} ${operation}`);
  return [`Holdfast made ${total} requests to S3 for it: ${each.join(', ')}`];
}
