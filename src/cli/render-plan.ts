import { formatAmount, formatBytes, formatDuration } from '../model/quantity-text.ts';
import type { DataAtRisk, Guard, Probe, Reason, Route, RoutePlan, Standing } from '../model/routing.ts';
import { holdfastCommand, quote } from '../model/shell-command.ts';
import { printable } from './printable.ts';
import { wrap } from '../render/wrap.ts';

/** What is around a plan: who asks for what, and when. */
export interface PlanContext {
  /** Name of the access point in holdfast.yml. */
  readonly mrap: string;
  readonly now: Date;
  readonly dryRun: boolean;
  /** The options with which the command was given: the next one needs the same. */
  readonly options: Readonly<Record<string, string | true | undefined>>;
  /** What this machine saw itself. */
  readonly seen: readonly Probe[];
  /** What is not known, and why. */
  readonly notes: readonly string[];
}

/** Columns of a line on a small terminal, and of what stands before a reason. */
const COLUMNS = 100;
const GUARD_COLUMNS = 22;

const MARKS: Readonly<Record<Standing, string>> = { passes: '✓', blocks: '✗', accepted: '!', noted: '·' };

/** Guards that a person can answer for, by saying what may be lost. */
const ANSWERABLE: ReadonlySet<Guard> = new Set<Guard>(['rpo-budget', 'backlog-known']);

/** A plan for whoever is woken by it: the decision first, then what changes, what would be lost, what stands against it, and what to type. */
export function renderPlan(plan: RoutePlan, context: PlanContext): string {
  const { kind, leaving, staying } = plan;
  const { mrap, dryRun, notes } = context;
  const way = `${leaving.length === 0 ? 'nothing' : leaving.join(' and ')} → ${staying.join(' and ')}`;
  return [
    ...(dryRun ? ['DRY RUN: nothing is changed.', ''] : []),
    `${kind.toUpperCase()} of ${mrap}: ${kind === 'failover' ? way : `back to ${staying.join(' and ')}`}`,
    verdictOf(plan),
    ...renderChange(plan),
    ...(plan.outcome === 'nothing'
      ? []
      : ['', 'What would be lost', ...lossOf(plan, context).map((line) => `  ${line}`)]),
    '',
    'Regions',
    ...plan.health.flatMap(({ text }) => indent(printable(text))),
    ...context.seen.flatMap((probe) => indent(`from this machine: ${probe.region} ${describeProbe(probe)}`)),
    '',
    'Guards',
    ...plan.reasons.toSorted((a, b) => rank(a) - rank(b)).flatMap((reason) => renderReason(reason)),
    ...(notes.length === 0 ? [] : ['', 'Not known', ...notes.flatMap((note) => indent(printable(note)))]),
    '',
    ...nextOf(plan, context),
    '',
  ].join('\n');
}

/** Routes as they are and as they would be. */
export function renderRoutes(from: readonly Route[], to: readonly Route[]): readonly string[] {
  const rows = from.map(({ bucket, region, dial }) => {
    const then = to.find((route) => route.bucket === bucket)?.dial ?? dial;
    return [bucket, region, wordOf(dial), then === dial ? wordOf(then) : wordOf(then).toUpperCase()];
  });
  return alignColumns([['bucket', 'Region', 'now', 'then'], ...rows]);
}

/** Rows of a table, two spaces before each column. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

/** `answered in 42 ms` */
export function describeProbe({ plain, kms, latencyMs, detail }: Probe): string {
  const withKms = kms === undefined || kms === plain ? '' : `, with KMS ${kms}`;
  const took = latencyMs === undefined ? '' : ` in ${Math.round(latencyMs)} ms`;
  return `${plain}${withKms}${plain === 'answered' ? took : detail === undefined ? '' : ` (${printable(detail)})`}`;
}

export function wordOf(dial: number): string {
  return dial > 0 ? 'active' : 'passive';
}

function verdictOf({ outcome, reasons }: RoutePlan): string {
  const standing = (wanted: Standing): readonly string[] =>
    reasons.filter((reason) => reason.standing === wanted).map(({ guard }) => guard);
  if (outcome === 'nothing') return 'NOTHING TO DO: the routes are so already.';
  if (outcome === 'refused') return `REFUSED by ${standing('blocks').join(', ')}.`;
  const accepted = standing('accepted');
  return accepted.length === 0
    ? 'ALLOWED: every guard passes.'
    : `ALLOWED, because you answer for ${accepted.join(', ')}.`;
}

function renderChange({ from, to }: RoutePlan): readonly string[] {
  if (from === undefined) return ['', 'The routes are not known: no Region of the control plane tells them.'];
  return ['', 'What changes', ...renderRoutes(from, to ?? from)];
}

function lossOf({ dataAtRisk, staying, leaving }: RoutePlan, { now }: PlanContext): readonly string[] {
  if (dataAtRisk?.versions === undefined)
    return [`UNKNOWN. Nobody knows which versions are in ${leaving.join(' and ')} alone. Unknown is not zero.`];
  return [...knownLoss(dataAtRisk, { now, staying }), ...tailOf(dataAtRisk)];
}

function knownLoss(
  { versions = 0, bytes = 0, oldestPendingAt, completeUpTo }: DataAtRisk,
  { now, staying }: { readonly now: Date; readonly staying: readonly string[] },
): readonly string[] {
  const age = (at: Date): string => formatDuration(now.getTime() - at.getTime());
  const oldest = oldestPendingAt === undefined ? '' : `, the oldest of ${age(oldestPendingAt)} ago`;
  return [
    versions === 0
      ? `Nothing that is known: every listed version is in ${staying.join(' and ')}.`
      : `${formatAmount(versions, 'version')} of ${formatBytes(bytes)} ${versions === 1 ? 'is' : 'are'} not in ${staying.join(' and ')} yet${oldest}.`,
    ...(completeUpTo === undefined
      ? []
      : [`This is complete up to ${completeUpTo.toISOString()}, ${age(completeUpTo)} ago.`]),
  ];
}

function tailOf({ estimatedTail: tail }: DataAtRisk): readonly string[] {
  if (tail === undefined) return ['What was written after that is UNKNOWN: no rate of writes is known.'];
  if (tail.versions === 0) return ['Nothing is estimated to have been written after that.'];
  return [
    `Written after that, estimated: about ${formatAmount(tail.versions, 'version')} of ${formatBytes(tail.bytes)}.`,
  ];
}

/** What is in the way comes first, what does not matter last. */
function rank({ standing }: { readonly standing: Standing }): number {
  return ['blocks', 'accepted', 'passes', 'noted'].indexOf(standing);
}

function renderReason({ guard, standing, text }: Reason & { readonly standing: Standing }): readonly string[] {
  const [first = '', ...rest] = wrap(printable(text), COLUMNS - GUARD_COLUMNS);
  return [
    `  ${MARKS[standing]} ${guard.padEnd(GUARD_COLUMNS - 4)}${first}`,
    ...rest.map((line) => ' '.repeat(GUARD_COLUMNS) + line),
  ];
}

function nextOf(plan: RoutePlan, { mrap, dryRun, options }: PlanContext): readonly string[] {
  const command = (more: Readonly<Record<string, string | true | undefined>>): string =>
    `  ${holdfastCommand(`${plan.kind} ${quote(mrap)}`, { ...options, ...more })}`;
  switch (plan.outcome) {
    case 'nothing':
      return [`See ${holdfastCommand(`routes ${quote(mrap)}`)} for what happened last.`];
    case 'allowed':
      return dryRun ? ['To do it:', command({})] : [];
    case 'refused': {
      const blocking = plan.reasons.filter(({ standing }) => standing === 'blocks').map(({ guard }) => guard);
      if (!blocking.every((guard) => ANSWERABLE.has(guard)))
        return ['No option overrides this. The guards marked ✗ say what must change first.'];
      const { versions, estimatedTail } = plan.dataAtRisk ?? {};
      // A number does not answer for a tail that nobody can estimate.
      const isCounted = versions !== undefined && estimatedTail !== undefined;
      const loss = isCounted ? String(versions + estimatedTail.versions) : 'unknown';
      return ['If losing this is better than waiting, say so:', command({ 'accept-loss': loss })];
    }
    default:
      return plan.outcome satisfies never;
  }
}

function indent(text: string): readonly string[] {
  return wrap(text, COLUMNS - 2).map((line) => `  ${line}`);
}
