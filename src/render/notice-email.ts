import type { AlertState } from '../model/alert-state.ts';
import { proves } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { shown } from './cut.ts';
import { effectOf } from './effect.ts';
import meanings from './meanings.json' with { type: 'json' };
import { type AlertPlace, explainCommand, firstSteps, listCommand, muteCommand } from './notice-commands.ts';
import type { Notice } from './notice-data.ts';
import { formatTime, whyTold } from './notice-reason.ts';
import { formatSubject } from './subject.ts';
import { wrap } from './wrap.ts';

/** Width of prose, in characters. */
const WIDTH = 76;

/** Most of each, in characters, so that the whole stays far below the limit of a message. */
const MOST = { line: 1_500, evidence: 400, commands: 8_000, statement: 6_000 } as const;

/** Most lines of evidence. */
const MOST_EVIDENCE = 25;

const MEANINGS: Readonly<Record<string, { readonly means: string; readonly fix: string }>> = meanings;

/** What somebody reads who is woken by it: what happened, what it means, what to do, and how to know more. */
export function renderEmail(state: AlertState, notice: Notice, place: AlertPlace): string {
  const { finding, fingerprint, episode } = state;
  const test = notice.test === true ? [...prose(TEST), ''] : [];
  const last = notice.state === 'resolved' ? [] : ['', 'WHAT TO DO', ...whatToDo(state, place)];
  const lines = [
    ...test,
    `${notice.severity.toUpperCase()}: ${finding.code}`,
    line(formatSubject(finding.subject)),
    '',
    'WHAT HAPPENED',
    ...prose(MEANINGS[finding.code]?.means ?? ''),
    ...prose(whyTold(state, notice)),
    '',
    'WHAT IT MEANS',
    ...prose(effectOf(finding.code, notice.severity)),
    '',
    'WHAT IS KNOWN',
    ...known(state),
    ...last,
    '',
    ...examplesOf(state),
    'All cases, and everything that is known:',
    `  ${listCommand(fingerprint, place)}`,
    'About this kind of finding:',
    `  ${explainCommand(finding.code)}`,
    ...(notice.state === 'resolved' ? [] : ['Not to hear of it for a while:', `  ${muteCommand(fingerprint, place)}`]),
    '',
    `Alert ${fingerprint}, episode ${episode}, notice ${notice.number}, ${formatTime(notice.at)}.`,
  ];
  return `${lines.join('\n')}\n`;
}

const TEST =
  'THIS IS A TEST. Nothing has happened: somebody ran "holdfast test-alert" to see whether alerts arrive. Everything below is an example.';

function known({ finding, event }: AlertState): readonly string[] {
  const { verdict, basis, evidence, replica } = finding;
  const entries = Object.entries(evidence);
  const more = entries.length - MOST_EVIDENCE;
  const how =
    basis === undefined
      ? verdict
      : `${verdict}, by ${basis}: ${proves(basis) === 'stored' ? 'the stored bytes were read' : 'what was recorded at the upload was compared'}`;
  return [
    line(`  verdict: ${how}`),
    ...(replica === undefined ? [] : [line(`  replica: s3://${replica.bucket} in ${replica.region}`)]),
    ...(event === undefined ? [] : [line(`  after: ${event.name} at ${formatTime(event.at)}${by(event.principal)}`)]),
    ...entries.slice(0, MOST_EVIDENCE).map(([name, value]) => shown(`  ${name}: ${String(value)}`, MOST.evidence)),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const by = (principal: string | undefined): string => (principal === undefined ? '' : ` by ${principal}`);

function whatToDo({ finding, fingerprint }: AlertState, place: AlertPlace): readonly string[] {
  const { code, subject, remedy } = finding;
  const steps = (remedy?.commands ?? firstSteps(code, subject, place)).map((command) => printable(command));
  // Half a command is worse than none: somebody would run it.
  const fits = steps.reduce((sum, command) => sum + command.length, 0) <= MOST.commands;
  const commands = fits ? steps : [listCommand(fingerprint, place)];
  const statement = remedy?.statement === undefined ? undefined : printable(remedy.statement);
  return [
    ...(remedy === undefined ? prose(MEANINGS[code]?.fix ?? '') : prose(`For the ${remedy.who}: ${remedy.what}`)),
    ...(statement === undefined
      ? []
      : statement.length > MOST.statement
        ? ['The statement is too long for a message; the command below shows it.']
        : ['', `  ${statement}`]),
    ...(commands.length === 0 ? [] : ['', ...commands.map((command) => `  ${command}`)]),
  ];
}

function examplesOf({ examples, count }: AlertState): readonly string[] {
  if (count < 2 || examples.length === 0) return [];
  const lines = examples
    .slice(0, 10)
    .map(({ at, subject }) => shown(`  ${formatTime(at)}  ${formatSubject(subject)}`, MOST.evidence));
  return [`CASES: the latest ${lines.length} of ${count.toLocaleString('en-US')}`, ...lines, ''];
}

function line(text: string): string {
  return shown(text, MOST.line);
}

function prose(text: string): readonly string[] {
  return text === '' ? [] : wrap(shown(text, 2 * MOST.line), WIDTH);
}
