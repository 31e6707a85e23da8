import { printable } from '../src/cli/printable.ts';
import { fit } from './columns.ts';
import type { Expectation } from './demo-object.ts';
import type { Hearing, Judged } from './hearing.ts';
import type { Outcome } from './scene.ts';
import type { Screen } from './screen.ts';
import type { Stage } from './stage.ts';
import { complaintOf, decisive } from './verdict.ts';

const WHAT_COLUMNS = 36;

/** The end of the first act: what was found of what happened to bytes. */
export function summariseIntegrity(hearing: Hearing, screen: Screen): void {
  const all = hearing.verdicts();
  screen.heading('What happened to an object, and what the subscriber heard of it');
  for (const one of all.filter(({ watched }) => watched.planted)) {
    screen.line(`${fit(one.watched.what, WHAT_COLUMNS)} ${heardOf(one)}`, isRight(one) ? 'ok' : 'wrong');
  }
}

export interface Ending {
  readonly stage: Stage;
  readonly hearing: Hearing;
  readonly screen: Screen;
  /** How those of the second act ended. */
  readonly scenes: readonly Outcome[];
}

/** The end: what was found, what was not, what it cost. Answers the exit code. */
export function summarise({ stage, hearing, screen, scenes }: Ending): number {
  const all = hearing.verdicts();
  const count = (kind: Expectation['kind']): string => {
    const asked = all.filter(({ watched }) => watched.expect.kind === kind);
    return `${asked.filter(isRight).length} of ${asked.length}`;
  };
  const requests = requestsOfFunctions(stage);
  const passedScenes = `${scenes.filter(({ complaint }) => complaint === undefined).length} of ${scenes.length}`;
  screen.heading('Judged by nothing else than what the subscriber heard');
  screen.line(`${count('verified')} healthy versions proved by reading their bytes, replicas included`);
  if (all.some(({ watched }) => watched.expect.kind === 'violated')) {
    screen.line(`${count('violated')} damaged versions found`);
    screen.line(`${count('unverifiable')} unreadable versions called unreadable, with the reason`);
  }
  if (scenes.length > 0) screen.line(`${passedScenes} scenes of replication heard and explained`);
  screen.line(`The functions made ${requests.total} requests to S3: ${requests.text}`);

  const wrongs = [
    ...all.filter((one) => !isRight(one)).map(toWrong),
    ...hearing.strangers().map(toStranger),
    ...scenes.flatMap(toFailure),
  ];
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
    scenes: passedScenes,
    wrong: wrongs.length,
    requests: requests.total,
  });
  return passed ? 0 : 1;
}

/** The end of the third act. Answers the exit code. */
export function summariseRegion(scenes: readonly Outcome[], screen: Screen): number {
  const wrongs = scenes.flatMap(toFailure);
  for (const { text, ...wrong } of wrongs) {
    screen.line(printable(text), 'wrong');
    screen.record({ type: 'wrong', ...wrong });
  }
  const right = `${scenes.length - wrongs.length} of ${scenes.length}`;
  screen.heading('The Region that was out');
  screen.line(`${right} scenes are as they should be`, wrongs.length === 0 ? 'ok' : 'wrong');
  screen.record({ type: 'region-summary', passed: wrongs.length === 0, scenes: right });
  return wrongs.length === 0 ? 0 : 1;
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
  readonly bucket?: string;
  readonly key?: string;
  readonly versionId?: string;
  /** Id of the scene that did not end as it should. */
  readonly scene?: string;
  readonly reason: string;
}

function toWrong({ watched: { bucket, key, versionId, what }, verdict }: Judged): Wrong {
  const reason = complaintOf(verdict);
  return { text: `s3://${bucket}/${key} (${what}): ${reason}`, bucket, key, versionId, reason };
}

function toStranger({ subject, data }: ReturnType<Hearing['strangers']>[number]): Wrong {
  const reason = `${data.code}, which nobody expects`;
  const object = data.subject.kind === 'object-version' ? data.subject.object : undefined;
  return {
    text: `${subject}: ${reason}`,
    ...(object === undefined ? { bucket: subject } : { bucket: object.bucket, key: object.key }),
    reason,
  };
}

function toFailure({ id, what, complaint }: Outcome): readonly Wrong[] {
  return complaint === undefined ? [] : [{ text: `${what}: ${complaint}`, scene: id, reason: complaint }];
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
