import { HoldfastError } from '../errors.ts';
import type { AlertState, KnownCase, Mute } from '../model/alert-state.ts';
import type { AlertWork, Answered } from './alert-place.ts';
import { askRegions } from './alert-place.ts';
import { maintenanceMutes } from '../policy/maintenance.ts';
import type { AlertStates } from '../ports.ts';
import { type ExitCode, worse } from './io.ts';
import { printable } from './printable.ts';
import {
  isPaging,
  orderAlerts,
  renderAlertLines,
  renderAlertPage,
  toAlertRecord,
  toCaseRecord,
} from './render-alerts.ts';

type Work = Omit<AlertWork<unknown>, 'options' | 'args'>;

/** What one Region's ledger knows, with the maintenance windows of the configuration that are not over. */
interface Shelf {
  readonly states: readonly AlertState[];
  readonly mutes: readonly Mute[];
}

/** `holdfast alerts list`. */
export async function listAlerts({
  question,
  services,
  io,
  all,
  sinceMs,
}: Work & { readonly all: boolean; readonly sinceMs?: number }): Promise<ExitCode> {
  const now = services.clock.now();
  const shelves = await readShelves({ question, services, io });
  const isWanted = ({ phase, lastAt }: AlertState): boolean =>
    (all || phase === 'open') && (sinceMs === undefined || now.getTime() - lastAt.getTime() <= sinceMs);
  let code: ExitCode = 0;
  let listed = 0;
  for (const shelf of shelves) {
    if ('unknown' in shelf) {
      code = worse(code, 2);
      continue;
    }
    const { region, value } = shelf;
    const states = orderAlerts(value.states.filter((state) => isWanted(state)));
    listed += states.length;
    if (states.some((state) => isPaging(state))) code = 1;
    if (question.json) {
      for (const state of states)
        io.stdout.write(`${JSON.stringify(toAlertRecord(state, { ...value, region, now }))}\n`);
      continue;
    }
    const open = value.states.filter(({ phase }) => phase === 'open').length;
    io.stdout.write(`${region}: ${open === 0 ? 'nothing is open' : `${open} open`}\n`);
    for (const state of states) io.stdout.write(renderAlertLines(state, { mutes: value.mutes, now }));
  }
  if (question.json) io.stdout.write(`${JSON.stringify({ kind: 'summary', alerts: listed })}\n`);
  return code;
}

/** `holdfast alerts show`: 2 where no Region knows such a cause. */
export async function showAlert({
  fingerprint,
  cases: most,
  ...work
}: Work & { readonly fingerprint: string; readonly cases: number }): Promise<ExitCode> {
  const { question, services, io } = work;
  const found = await find(fingerprint, work);
  if (found === undefined) return 2;
  const { region, state, mutes } = found;
  const now = services.clock.now();
  const cases: KnownCase[] = [];
  if (most > 0) {
    for await (const known of statesIn(region, work).cases(state.fingerprint, { signal: io.signal })) {
      cases.push(known);
      if (cases.length >= most) break;
    }
  }
  const shown = cases.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  if (question.json) {
    const { finding } = state;
    io.stdout.write(`${JSON.stringify({ ...toAlertRecord(state, { region, mutes, now }), finding })}\n`);
    for (const each of shown) io.stdout.write(`${JSON.stringify(toCaseRecord(each))}\n`);
  } else io.stdout.write(renderAlertPage(state, { region, mutes, now, cases: shown, stage: question.stage }));
  return 0;
}

/** `holdfast alerts close`: 2 where nothing of the kind is open. */
export async function closeAlert({
  fingerprint,
  reason,
  ...work
}: Work & { readonly fingerprint: string; readonly reason: string }): Promise<ExitCode> {
  const { question, services, io } = work;
  const found = await find(fingerprint, work);
  if (found === undefined) return 2;
  const { region, state } = found;
  const closing = { at: services.clock.now(), by: whoever(io.env), reason };
  const closed = await statesIn(region, work).close(state.fingerprint, { ...closing, signal: io.signal });
  if (!closed) {
    io.stderr.write(`${state.fingerprint} is not open in ${region}\n`);
    return 2;
  }
  if (question.json)
    io.stdout.write(`${JSON.stringify({ kind: 'closed', region, fingerprint: state.fingerprint, ...closing })}\n`);
  else io.stdout.write(`${region}: ${state.finding.code} is closed: ${printable(reason)}\n`);
  return 0;
}

/** Who acts, as the machine knows them. */
export function whoever(env: Readonly<Record<string, string | undefined>>): string {
  return env['USER'] ?? env['LOGNAME'] ?? 'a person';
}

function statesIn(region: string, { question, services }: Pick<Work, 'question' | 'services'>): AlertStates {
  return services.stack(question.stage).statesIn(region);
}

/** Says on stderr which Regions did not answer. */
export async function readShelves({ question, services, io }: Work): Promise<readonly Answered<Shelf>[]> {
  const call = { signal: io.signal };
  const now = services.clock.now();
  const windows = maintenanceMutes(services.config).filter(({ until }) => until > now);
  const answers = await askRegions(question, async (region): Promise<Shelf> => {
    const states = statesIn(region, { question, services });
    return { states: await states.list(call), mutes: [...windows, ...(await states.mutes(call))] };
  });
  for (const answer of answers) {
    if ('unknown' in answer) io.stderr.write(`${answer.region}: ${printable(answer.unknown)}\n`);
  }
  return answers;
}

interface Found {
  readonly region: string;
  readonly state: AlertState;
  readonly mutes: readonly Mute[];
}

/** The beginning of a fingerprint is enough where it names one; of two Regions that know the same cause, the first. */
async function find(fingerprint: string, work: Work): Promise<Found | undefined> {
  if (!/^[0-9a-f]{4,}$/.test(fingerprint)) {
    const message = `expected the fingerprint of an alert or at least four of its characters, got ${fingerprint}`;
    throw new HoldfastError('invalid-config', 'cli', message);
  }
  const shelves = await readShelves(work);
  const matches = shelves.flatMap((shelf): readonly Found[] =>
    'unknown' in shelf
      ? []
      : shelf.value.states
          .filter((state) => state.fingerprint.startsWith(fingerprint))
          .map((state) => ({ region: shelf.region, state, mutes: shelf.value.mutes })),
  );
  const names = new Set(matches.map(({ state }) => state.fingerprint));
  if (names.size > 1) {
    work.io.stderr.write(`${names.size} alerts begin with ${fingerprint}: ${[...names].join(', ')}\n`);
    return undefined;
  }
  const [first] = matches;
  if (first === undefined) work.io.stderr.write(`there is no alert ${fingerprint}\n`);
  return first;
}
