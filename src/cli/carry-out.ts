import type { RoutePlan } from '../model/routing.ts';
import { formatDuration } from '../model/quantity-text.ts';
import { holdfastCommand, quote } from '../model/shell-command.ts';
import { type ChangeEnd, changeRoutes } from './change-routes.ts';
import type { ExitCode, Io } from './io.ts';
import type { MrapPlace } from './mrap-options.ts';
import { printable } from './printable.ts';
import { renderPlan, wordOf } from './render-plan.ts';
import type { RouteReport } from './route-report.ts';

export interface CarryOut {
  readonly place: MrapPlace;
  readonly stage: string;
  readonly report: RouteReport;
  readonly plan: RoutePlan;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  /** How long to wait for the proof, in milliseconds. */
  readonly wait: number;
  /** Options as they were given, for the command that is proposed. */
  readonly given: Readonly<Record<string, string | true | undefined>>;
}

/** Shows a plan, asks, carries it out and says how it ended. */
export async function carryOut(asked: CarryOut, io: Io): Promise<ExitCode> {
  const { place, report, plan, dryRun, json, yes } = asked;
  const { name } = place.mrap;
  const { now, ledgerReachable } = report.situation;
  const { seenFromHere: seen, notes } = report;
  const context = { mrap: name, now, dryRun, options: asked.given, seen, notes };
  const say = (text: string): void => io.stderr.write(`${printable(text)}\n`);
  const record = (kind: string, body: object): void => {
    if (json) io.stdout.write(`${JSON.stringify({ kind, mrap: name, ...body })}\n`);
  };
  // What is asked about is read where the question is.
  if (json) record('plan', { at: now, plan, notKnown: report.notes });
  else io.stdout.write(renderPlan(plan, context));
  if (plan.outcome !== 'allowed') return plan.outcome === 'nothing' ? 0 : 1;
  if (dryRun) return 0;
  if (!ledgerReachable)
    say('The steering ledger cannot be reached: nobody else will know of this change, or of one they make.');
  if (!yes && !(await isConfirmed(name, io))) {
    say('Nothing was changed.');
    record('end', { end: { kind: 'not-confirmed' } });
    return 2;
  }
  const after = report.changes.at(-1)?.id;
  const request = {
    plan,
    stage: asked.stage,
    ...(after === undefined ? {} : { after }),
    ledgerReachable,
    waitMs: asked.wait,
    say,
  };
  const end = await changeRoutes(place, request, { signal: io.signal });
  record('end', { end });
  if (!json) io.stdout.write(`${describeEnd(end, { name, plan, waitMs: asked.wait })}\n`);
  if (end.kind === 'accepted') return end.effectiveAt === undefined ? 1 : 0;
  return end.kind === 'refused' ? 1 : 2;
}

/** Whether somebody typed the name of the access point: a key that was hit by mistake is none. */
async function isConfirmed(
  name: string,
  { stdin, stderr, signal }: Pick<Io, 'stdin' | 'stderr' | 'signal'>,
): Promise<boolean> {
  stderr.write(`Type the name of the access point to do it (${name}): `);
  const givenUp = new Promise<string>((resolve) => signal.addEventListener('abort', () => resolve(''), { once: true }));
  return (await Promise.race([readLine(stdin), givenUp])) === name;
}

async function readLine(stdin: Io['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  let typed = '';
  for await (const chunk of stdin) {
    typed += decoder.decode(chunk, { stream: true });
    if (typed.includes('\n')) break;
  }
  return typed.split('\n')[0]?.trim() ?? '';
}

function describeEnd(
  end: ChangeEnd,
  { name, plan, waitMs }: { readonly name: string; readonly plan: RoutePlan; readonly waitMs: number },
): string {
  const look = `${holdfastCommand(`routes ${quote(name)}`)} shows how it is now.`;
  switch (end.kind) {
    case 'raced':
      return `NOT DONE: somebody else, or Holdfast itself, has just decided about these routes. ${look}`;
    case 'moved': {
      const now = end.routes.map(({ bucket, dial }) => `${bucket} ${wordOf(dial)}`).join(', ');
      return `NOT DONE: the routes have changed meanwhile${now === '' ? '' : ` (${now})`}. ${look}`;
    }
    case 'conflict':
      return `NOT DONE: S3 is taking another change of these routes at this moment. ${look}`;
    case 'refused':
      return `REFUSED by S3: ${printable(end.reason)}`;
    case 'unanswered':
      return `UNKNOWN: no Region of the control plane answered, and the change may have been taken all the same (${printable(end.reason)}). ${look}`;
    case 'accepted': {
      const { submittedAt, acceptedAt, effectiveAt, by } = end;
      const since = (at: Date): string => `${((at.getTime() - submittedAt.getTime()) / 1_000).toFixed(1)} s`;
      const first = `ACCEPTED by ${by} after ${since(acceptedAt)}.`;
      if (effectiveAt === undefined)
        return `${first}\nNOT PROVED within ${formatDuration(waitMs)}: reads through the access point do not come from ${plan.staying.join(' or ')} yet. ${look}`;
      return `${first}\nEFFECTIVE after ${since(effectiveAt)}: reads through the access point come from ${plan.staying.join(' and ')}.`;
    }
    default:
      return end satisfies never;
  }
}
