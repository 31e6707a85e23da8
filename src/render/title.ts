import type { Severity } from '../model/action.ts';
import type { NoticeState } from '../model/alert.ts';
import type { Finding } from '../model/finding.ts';
import { formatSubject } from './subject.ts';

/** SNS takes less than this of printable ASCII as the subject of an e-mail. */
const LIMIT = 100;

export interface Titled {
  readonly finding: Pick<Finding, 'code' | 'subject'>;
  readonly severity: Severity;
  readonly state: NoticeState;
  readonly count: number;
  readonly test?: true;
}

/** One line for people: what and where. Keys can be 1,024 bytes of anything, so this is shortened and kept to ASCII. */
export function titleOf({ finding: { code, subject }, severity, state, count, test }: Titled): string {
  const where =
    subject.kind === 'object-version'
      ? `${subject.object.bucket}/${subject.object.key}`
      : subject.kind === 'monitor'
        ? subject.region
        : formatSubject(subject);
  const mark = test === true ? `TEST ${severity}` : state === 'resolved' ? 'resolved' : severity;
  const cases = count > 1 ? ` (${count.toLocaleString('en-US')} cases)` : '';
  return toLine(`[${mark}] ${code}${cases}: ${where}`);
}

/** Cut and kept to ASCII. */
export function toLine(text: string): string {
  const line = text.slice(0, 2 * LIMIT).replaceAll(/[^\x20-\x7e]/g, '?');
  return line.length < LIMIT ? line : `${line.slice(0, LIMIT - 4)}...`;
}
