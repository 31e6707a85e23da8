import type { Finding } from '../model/finding.ts';
import { formatSubject } from '../render/subject.ts';
import type { AnsweredQuestion, Answer, Diagnosed, Diagnosis } from './diagnose-pair.ts';
import { printable } from './printable.ts';
import { wrap } from '../render/wrap.ts';

const LABEL_WIDTH = 8;
const INDENT = 7;

/** For a person who watches, and for whoever reads a file. */
const MARKS: Readonly<Record<Answer, readonly [watched: string, piped: string]>> = {
  yes: ['✔', 'yes'],
  no: ['✖', 'NO'],
  advice: ['!', 'note'],
  unknown: ['?', '?'],
  'not-asked': ['-', '-'],
};

const TRUST: Readonly<Record<Diagnosis['trusted'], string>> = {
  yes: 'yes',
  no: 'no',
  'cannot-tell': 'cannot tell',
};

export interface Shown {
  readonly isTerminal: boolean;
  /** Fingerprints and notes that were shown already, in this run; grows. */
  readonly told: Set<string>;
}

/** One link as a block of text. Commands stand on a line of their own, as they are to be run. */
export function renderDiagnosis({ facts, trusted, questions, notes }: Diagnosis, shown: Shown): string {
  const { pair, source, destination } = facts.link;
  const news = notes.filter((note) => !shown.told.has(note));
  for (const note of news) shown.told.add(note);
  return [
    `${pair}: ${source.bucket} (${source.region}) to ${destination.bucket} (${destination.region})`,
    `Can it be trusted today? ${TRUST[trusted]}${countsOf(questions)}`,
    '',
    ...questions.flatMap((question) => renderQuestion(question, shown)),
    ...(news.length === 0 ? [] : ['']),
    ...news.flatMap((note) => row('info', note, 2)),
    '',
  ].join('\n');
}

function countsOf(questions: readonly AnsweredQuestion[]): string {
  const count = (answer: Answer): number => questions.filter((question) => question.answer === answer).length;
  const parts = [
    [count('no'), 'wrong'],
    [count('unknown'), 'could not be judged'],
    [count('advice'), 'could be better'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return said.length === 0 ? '' : ` (of ${questions.length} questions ${said.join(', ')})`;
}

function renderQuestion({ answer, states, findings }: AnsweredQuestion, shown: Shown): readonly string[] {
  const [watched, piped] = MARKS[answer];
  const mark = (shown.isTerminal ? watched : piped).padEnd(shown.isTerminal ? 2 : 5);
  return [`  ${mark}${states}`, ...findings.flatMap((each) => renderFinding(each, shown))];
}

function renderFinding({ finding, severity, fingerprint, after }: Diagnosed, { told }: Shown): readonly string[] {
  const { code, verdict, subject, evidence, remedy } = finding;
  const about = subject.kind === 'pair' ? '' : ` ${formatSubject(subject)}`;
  const head = `${code}${about} (${verdict === 'unverifiable' ? 'could not be judged' : severity})`;
  if (told.has(fingerprint)) return row('', `${head}: see above`);
  told.add(fingerprint);
  return [
    ...row('', head),
    ...(verdict === 'unverifiable' ? whyOpen(evidence) : row('found', describe(evidence))),
    ...(remedy === undefined ? [] : [...row('who', remedy.who), ...row('what', remedy.what)]),
    ...(after === undefined ? renderCommands(remedy?.commands ?? []) : row('run', renderOrder(after))),
    ...row('more', `holdfast explain ${code}`),
  ];
}

/** Each on a line of its own, as it is to be run. */
function renderCommands(commands: readonly string[]): readonly string[] {
  return commands.map((command, index) => {
    return `${' '.repeat(INDENT)}${(index === 0 ? 'run' : '').padEnd(LABEL_WIDTH)}${command}`;
  });
}

function renderOrder(after: string): string {
  return `first what is printed for ${after}, which changes the same setting; then run the doctor again`;
}

/** What could not be read or decided, and which permission it takes. */
function whyOpen({ reason, where, permission, undecided }: Finding['evidence']): readonly string[] {
  const seen = `${where}: ${REASONS[String(reason)] ?? reason}`;
  return [
    ...row('why', undecided === undefined ? seen : `${seen} (${undecided})`),
    ...(permission === undefined ? [] : row('allow', String(permission))),
  ];
}

const REASONS: Readonly<Record<string, string>> = {
  'access-denied': 'it may not be read with these credentials',
  'condition-unknown': 'a policy has a condition that cannot be judged from here',
  'not-direct': 'events go to a topic or to EventBridge, and what they do with them is not seen in the bucket',
  throttled: 'the request was throttled; try again',
};

function describe(evidence: Finding['evidence']): string {
  return Object.entries(evidence)
    .map(([name, value]) => `${words(name)}: ${value}`)
    .join('; ');
}

/** `oldestAt` as `oldest at` */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A label and its text; long text goes on below itself. */
function row(label: string, text: string, indent: number = INDENT): readonly string[] {
  const before = ' '.repeat(indent);
  const [first = '', ...rest] = wrap(printable(text), 100);
  const below = label === '' ? before : `${before}${' '.repeat(LABEL_WIDTH)}`;
  return [
    `${label === '' ? before : `${before}${label.padEnd(LABEL_WIDTH)}`}${first}`,
    ...rest.map((line) => `${below}${line}`),
  ];
}
