import { isAtLeast, SEVERITIES, type Severity } from '../model/action.ts';
import type { AlertState, KnownCase, Mute } from '../model/alert-state.ts';
import { escalated } from '../policy/escalation.ts';
import { mutedUntil } from '../policy/mutes.ts';
import { renderEmail } from '../render/notice-email.ts';
import { formatSubject } from '../render/subject.ts';
import { formatDuration } from './duration-option.ts';
import { formatCount, printable } from './printable.ts';

export interface Around {
  readonly mutes: readonly Mute[];
  readonly now: Date;
}

/** Open, and of a kind that wants an answer. */
export function isPaging(state: AlertState): boolean {
  return state.phase === 'open' && isAtLeast(escalated(state), 'warning');
}

/** What burns first; among equals the latest case. */
export function orderAlerts(states: readonly AlertState[]): readonly AlertState[] {
  return states.toSorted((a, b) => rank(b) - rank(a) || b.lastAt.getTime() - a.lastAt.getTime());
}

function rank(state: AlertState): number {
  return (state.phase === 'open' ? SEVERITIES.length : 0) + SEVERITIES.indexOf(escalated(state));
}

const MARKS: Readonly<Record<Severity, string>> = { critical: '!!', warning: '! ', info: '  ' };

/** Three lines for one cause. */
export function renderAlertLines(state: AlertState, { mutes, now }: Around): string {
  const { finding, fingerprint, phase, count, healed, firstAt, lastAt } = state;
  const severity = escalated(state);
  const healing = healed === 0 ? '' : `, ${formatCount(healed)} healed`;
  const until = phase === 'open' ? mutedUntil(state, mutes, now) : undefined;
  const ago = (at: Date): string => `${formatDuration(now.getTime() - at.getTime())} ago`;
  const lines = [
    `${MARKS[severity]} ${severity.padEnd(8)} ${finding.code}  ${sayCases(count)}${healing}${until === undefined ? '' : `, muted until ${until.toISOString()}`}`,
    `     ${formatSubject(finding.subject)}`,
    `     ${fingerprint}  ${sayPhase(state)}, first ${ago(firstAt)}, last ${ago(lastAt)}, ${sayTold(state)}`,
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** Everything about one cause, in the words of its e-mail. */
export function renderAlertPage(
  state: AlertState,
  {
    cases,
    stage,
    region,
    mutes,
    now,
  }: Around & { readonly cases: readonly KnownCase[]; readonly stage: string; readonly region: string },
): string {
  const { fingerprint, phase, told, closing } = state;
  const notice = {
    id: fingerprint,
    state: phase === 'open' ? 'repeated' : phase,
    number: told?.notices ?? 0,
    severity: escalated(state),
    at: now,
  } as const;
  const known = cases.map(({ at, subject, healedAt }) =>
    printable(
      `  ${at.toISOString()}  ${formatSubject(subject)}${healedAt === undefined ? '' : `  healed ${healedAt.toISOString()}`}`,
    ),
  );
  const email = renderEmail({ ...state, examples: [] }, notice, { stage, region });
  return [
    email,
    ...remedyLeftOut(state, email),
    ...(closing === undefined ? [] : [printable(`Closed by ${closing.by}: ${closing.reason}`)]),
    `${region}, ${sayTold(state)}${sayMute(mutedUntil(state, mutes, now))}`,
    `CASES: ${formatCount(cases.length)} of ${formatCount(state.count)}, the latest of these first`,
    ...known,
    '',
  ].join('\n');
}

/** What an e-mail has no room for. */
function remedyLeftOut({ finding: { remedy } }: AlertState, email: string): readonly string[] {
  const whole = [remedy?.statement ?? [], remedy?.commands ?? []].flat().map((text) => printable(text));
  return whole.every((text) => email.includes(text)) ? [] : ['THE REMEDY', ...whole, ''];
}

function sayMute(until: Date | undefined): string {
  return until === undefined ? '' : `, muted until ${until.toISOString()}`;
}

function sayPhase({ phase, resolution, episode }: AlertState): string {
  const again = episode > 1 ? ` (for the ${episode}th time)` : '';
  return `${phase === 'resolved' && resolution !== undefined ? `resolved (${resolution})` : phase}${again}`;
}

function sayTold({ told }: AlertState): string {
  if (told === undefined) return 'not told yet';
  return `told ${formatCount(told.notices)} time${told.notices === 1 ? '' : 's'}, last at ${told.at.toISOString()}`;
}

function sayCases(count: number): string {
  return `${formatCount(count)} case${count === 1 ? '' : 's'}`;
}

/** One line of NDJSON. */
export function toAlertRecord(state: AlertState, { region, mutes, now }: Around & { readonly region: string }): object {
  const {
    fingerprint,
    phase,
    episode,
    finding,
    count,
    healed,
    firstAt,
    lastAt,
    resolution,
    resolvedAt,
    closing,
    told,
  } = state;
  const until = mutedUntil(state, mutes, now);
  return {
    kind: 'alert',
    region,
    fingerprint,
    phase,
    episode,
    severity: escalated(state),
    code: finding.code,
    verdict: finding.verdict,
    subject: finding.subject,
    count,
    healed,
    firstAt,
    lastAt,
    ...(resolution === undefined ? {} : { resolution, resolvedAt }),
    ...(closing === undefined ? {} : { closing }),
    ...(told === undefined ? {} : { told }),
    ...(until === undefined ? {} : { mutedUntil: until }),
  };
}

export function toCaseRecord({ id, subject, evidence, at, healedAt }: KnownCase): object {
  return { kind: 'case', id, subject, evidence, at, ...(healedAt === undefined ? {} : { healedAt }) };
}
