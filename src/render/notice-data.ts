import type { AlertData, AlertExample, AlertTrigger, NoticeState } from '../model/alert.ts';
import type { AlertCase, AlertState, ReportedEvent } from '../model/alert-state.ts';
import type { Severity } from '../model/action.ts';
import { familyOf, type Finding, proves, type Remedy, type Subject } from '../model/finding.ts';
import { cut } from './cut.ts';
import { shortenBucket, shortenSubject } from './subject.ts';
import { titleOf } from './title.ts';

/** How much may be in a notice. */
export interface Room {
  readonly examples: number;
  /** Members of the evidence of one case. */
  readonly members: number;
  /** Characters of one text. */
  readonly text: number;
}

/** What is told of a cause beside its state. */
export interface Notice {
  /** The same for every repetition of this very notice. */
  readonly id: string;
  readonly state: NoticeState;
  /** Number in its episode. */
  readonly number: number;
  readonly severity: Severity;
  readonly at: Date;
  readonly test?: true;
}

/** The data of an alert with no more in it than there is room for; `list` is a command that says everything. */
export function toAlertData(
  state: AlertState,
  { state: told, severity, number: notice, test }: Notice,
  { room, list }: { readonly room: Room; readonly list: string },
): AlertData {
  const { fingerprint, finding, episode, count, healed, firstAt, lastAt, resolution } = state;
  const shortened = new Set<string>();
  const short = shortener(room, shortened);
  const { verdict, code, basis, replica, remedy } = finding;
  const examples = state.examples.slice(0, room.examples).map((example) => toExample(example, short));
  if (examples.length < state.examples.length) shortened.add('examples');
  const data = {
    fingerprint,
    state: told,
    severity,
    verdict,
    code,
    family: familyOf(code),
    title: titleOf({ finding, severity, state: told, count, ...(test === undefined ? {} : { test }) }),
    subject: short.subject(finding.subject),
    ...(basis === undefined ? {} : { basis, proves: proves(basis) }),
    evidence: short.evidence(finding.evidence),
    ...(replica === undefined ? {} : { replica: shortenBucket(replica, short.name) }),
    ...(remedy === undefined ? {} : { remedy: short.remedy(remedy, list) }),
    ...(state.event === undefined ? {} : { event: toTrigger(state.event, short) }),
    episode,
    notice,
    count,
    healed,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
    examples,
    ...(resolution === undefined ? {} : { resolution }),
    list,
    ...(test === undefined ? {} : { test }),
  };
  return shortened.size === 0 ? data : { ...data, cut: [...shortened].toSorted() };
}

interface Shortener {
  text(text: string, member: string): string;
  /** Cut only where it is too long to be a name of its kind. */
  name(text: string, longest: number): string;
  evidence(evidence: Finding['evidence']): Finding['evidence'];
  subject(subject: Subject): Subject;
  remedy(remedy: Remedy, list: string): Remedy;
}

function shortener({ members, text: most }: Room, shortened: Set<string>): Shortener {
  const text = (value: string, member: string, longest = most): string => {
    if (value.length <= longest) return value;
    shortened.add(member);
    return cut(value, longest);
  };
  const name = (value: string, longest: number): string => text(value, 'subject', longest);
  return {
    text,
    name,
    evidence(evidence) {
      const all = Object.entries(evidence);
      if (all.length > members) shortened.add('evidence');
      const kept = all.slice(0, members).map(([member, value]) => {
        const shown = typeof value === 'string' ? text(value, 'evidence') : value;
        return [text(member, 'evidence', 100), shown] as const;
      });
      return Object.fromEntries(kept);
    },
    subject: (subject) => shortenSubject(subject, name),
    remedy({ who, what, statement, commands }, list) {
      // Half a command or statement is worse than none: somebody would run it.
      const fits = commands.reduce((sum, command) => sum + command.length, 0) <= most;
      if (!fits) shortened.add('remedy.commands');
      const isWhole = statement !== undefined && statement.length <= most;
      if (statement !== undefined && !isWhole) shortened.add('remedy.statement');
      return {
        who: text(who, 'remedy.who'),
        what: text(what, 'remedy.what'),
        ...(isWhole ? { statement } : {}),
        commands: fits ? commands : [list],
      };
    },
  };
}

function toExample({ subject, evidence, at, event }: AlertCase, short: Shortener): AlertExample {
  return {
    subject: short.subject(subject),
    evidence: short.evidence(evidence),
    at: at.toISOString(),
    ...(event === undefined ? {} : { event: toTrigger(event, short) }),
  };
}

function toTrigger({ name, at, principal }: ReportedEvent, short: Shortener): AlertTrigger {
  return {
    name: short.text(name, 'event'),
    at: at.toISOString(),
    ...(principal === undefined ? {} : { principal: short.text(principal, 'event') }),
  };
}
