import { familyOf, type FindingCode, type Subject } from '../model/finding.ts';
import { formatObject } from '../model/object.ts';
import { holdfastCommand, quote } from '../model/shell-command.ts';

/** Where the stack is that tells of a cause. */
export interface AlertPlace {
  /** Of the deployed stacks; absent: `dev`, as the command line has it. */
  readonly stage?: string;
  /** Of the ledger that knows the cause. */
  readonly region?: string;
}

/** Lists every case, and says the remedy whole. */
export function listCommand(fingerprint: string, place: AlertPlace): string {
  return npx(`alerts show ${fingerprint}`, { ...place });
}

/** Lists every cause that is not over, those that want no answer included. */
export function allCommand(place: AlertPlace): string {
  return npx('alerts', { all: true, ...place });
}

/** Ready to be run, but for the reason. */
export function muteCommand(fingerprint: string, place: AlertPlace): string {
  return npx(`mute ${fingerprint}`, { for: '4h', reason: 'WHY', ...place });
}

export function explainCommand(code: FindingCode): string {
  return npx(`explain ${code}`);
}

/** What a person looks at first where no exact remedy is known. */
export function firstSteps(code: FindingCode, subject: Subject, { stage }: AlertPlace): readonly string[] {
  const of = stage === undefined ? {} : { stage };
  switch (subject.kind) {
    case 'object-version':
      return [npx(`verify ${quote(formatObject(subject.object))}`, { content: true })];
    case 'pair':
      // Of what is about Holdfast itself, only its audits are about a pair.
      if (familyOf(code) === 'monitor') return [npx(`audits list ${quote(subject.pair)}`, of)];
      return [npx(`doctor ${quote(subject.pair)}`, of), npx(`status ${quote(subject.pair)}`, of)];
    case 'bucket':
      return [npx('doctor', of)];
    case 'prefix':
      return [npx('verify', { prefix: `s3://${subject.bucket}/${subject.prefix}` })];
    case 'kms-key':
      return [npx('status', of)];
    case 'mrap':
      return [npx(`routes ${quote(subject.mrap)}`, of)];
    case 'monitor':
      return [npx(code === 'event-poisoned' ? 'poison list' : 'status', of)];
    default:
      return subject satisfies never;
  }
}

function npx(command: string, options: Readonly<Record<string, string | true | undefined>> = {}): string {
  return `npx ${holdfastCommand(command, options)}`;
}
