import { printable } from '../src/cli/printable.ts';
import { fit } from './columns.ts';
import type { Expectation } from './demo-object.ts';
import type { Hearing, Judged } from './hearing.ts';
import type { Screen } from './screen.ts';
import type { Stage } from './stage.ts';
import { complaintOf, decisive } from './verdict.ts';

const WHAT_COLUMNS = 36;

/** The end: what was found, what was not, what it cost. Answers the exit code. */
export function summarise(stage: Stage, hearing: Hearing, screen: Screen): number {
  const all = hearing.verdicts();
  const count = (kind: Expectation['kind']): string => {
    const asked = all.filter(({ watched }) => watched.expect.kind === kind);
    return `${asked.filter(isRight).length} of ${asked.length}`;
  };
  const requests = requestsOfFunctions(stage);
  screen.heading('What happened to an object, and what the subscriber heard of it');
  for (const one of all.filter(({ watched }) => watched.planted)) {
    screen.line(`${fit(one.watched.what, WHAT_COLUMNS)} ${heardOf(one)}`, isRight(one) ? 'ok' : 'wrong');
  }
  screen.heading('Judged by nothing else than what the subscriber heard');
  screen.line(`${count('verified')} healthy versions proved by reading their bytes, replicas included`);
  screen.line(`${count('violated')} damaged versions found`);
  screen.line(`${count('unverifiable')} unreadable versions called unreadable, with the reason`);
  screen.line(`The functions made ${requests.total} requests to S3: ${requests.text}`);

  const wrongs = [...all.filter((one) => !isRight(one)).map(toWrong), ...hearing.strangers().map(toStranger)];
  for (const { text, ...wrong } of wrongs) {
    screen.line(printable(text), 'wrong');
    screen.record({ type: 'wrong', ...wrong });
  }
  const passed = wrongs.length === 0;
  if (passed) screen.line('Every planted fault was found, and nothing healthy was accused.', 'ok');
  else screen.line('This is not as it should be.', 'wrong');
  screen.record({
    type: 'summary',
    passed,
    verified: count('verified'),
    violated: count('violated'),
    unverifiable: count('unverifiable'),
    wrong: wrongs.length,
    requests: requests.total,
  });
  return passed ? 0 : 1;
}

function isRight({ verdict }: Judged): boolean {
  return verdict === 'as-expected';
}

function heardOf(judged: Judged): string {
  const alert = decisive(judged);
  if (alert === undefined) return 'nothing';
  const { damagedPart, reason } = alert.data.evidence;
  return [alert.data.code, damagedPart && `part ${damagedPart}`, reason].filter(Boolean).join(', ');
}

interface Wrong {
  readonly text: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly reason: string;
}

function toWrong({ watched: { bucket, key, versionId, what }, verdict }: Judged): Wrong {
  const reason = complaintOf(verdict);
  return { text: `s3://${bucket}/${key} (${what}): ${reason}`, bucket, key, versionId, reason };
}

function toStranger({ subject, data }: ReturnType<Hearing['strangers']>[number]): Wrong {
  const { bucket, key } = data.subject.kind === 'object-version' ? data.subject.object : { bucket: '', key: '' };
  const reason = `${data.code}, but the show uploaded no such version`;
  return { text: `${subject}: ${reason}`, bucket, key, reason };
}

/** What the functions asked of S3: the price of watching. */
function requestsOfFunctions({ cloud }: Stage): { readonly total: number; readonly text: string } {
  const counts = new Map<string, number>();
  for (const { service, operation, role, count } of cloud.requests()) {
    if (service === 's3' && role !== 'admin') counts.set(operation, (counts.get(operation) ?? 0) + count);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const each = [...counts].toSorted(([, a], [, b]) => b - a).map(([operation, count]) => `${count} ${operation}`);
  return { total, text: each.join(', ') };
}
