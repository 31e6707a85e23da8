import { printable } from '../src/cli/printable.ts';
import { wrap } from '../src/render/wrap.ts';
import type { Outcome } from './scene.ts';
import type { Screen } from './screen.ts';

/** What stands before each text, and before that. */
const INDENT_COLUMNS = 11;
const MARK_COLUMNS = 2;

/** Says how a scene ended: what happened, what was heard, who acts and how. */
export function showScene(outcome: Outcome, screen: Screen): void {
  const { id, what, complaint, decisive, afterMs, missedTargetMs, seen } = outcome;
  const passed = complaint === undefined;
  const data = decisive?.data;
  screen.record({
    type: 'scene',
    id,
    what,
    passed,
    ...(complaint === undefined ? {} : { complaint }),
    ...(data === undefined ? {} : { code: data.code, subject: decisive?.subject }),
    ...(afterMs === undefined ? {} : { afterMs }),
    ...(missedTargetMs === undefined ? {} : { missedTargetMs }),
    ...(data?.remedy === undefined ? {} : { remedy: data.remedy }),
    ...(seen === undefined ? {} : { seen }),
  });
  screen.line(`${what}${complaint === undefined ? '' : `: ${printable(complaint)}`}`, passed ? 'ok' : 'wrong');
  const row = (name: string, text: string | undefined, lines = 1): void => {
    if (text === undefined) return;
    const columns = screen.columns - MARK_COLUMNS - INDENT_COLUMNS;
    const wrapped = wrap(printable(text), columns);
    const shown = wrapped.length > lines ? [...wrapped.slice(0, lines - 1), cut(wrapped[lines - 1], columns)] : wrapped;
    for (const [index, line] of shown.entries()) {
      screen.line((index === 0 ? `    ${name}` : '').padEnd(INDENT_COLUMNS) + line);
    }
  };
  if (data !== undefined) {
    const { failureReason, principal } = data.evidence;
    const detail = [failureReason, principal].filter((text) => text !== undefined).map((text) => `, ${text}`);
    const target = missedTargetMs === undefined ? '' : ` (target: ${missedTargetMs / 1_000} s; this machine is slow)`;
    const after = afterMs === undefined ? '' : `, after ${(afterMs / 1_000).toFixed(1)} s${target}`;
    row('heard', `${data.code}${detail.join('')}${after}`);
    row('about', decisive?.subject.replace(/\?versionId=.*$/u, ''));
    row('who', data.remedy?.who);
    row('fix', data.remedy?.what, 2);
    row('run', data.remedy?.commands[0] ?? (data.verdict === 'violated' ? `holdfast explain ${data.code}` : undefined));
  }
  row('run', seen, 2);
}

/** The last line that is shown, where more would follow. */
function cut(text = '', columns: number): string {
  return text.length < columns ? `${text} …` : `${text.slice(0, columns - 1)}…`;
}
