import { printable } from '../src/cli/printable.ts';
import { fit } from './columns.ts';
import type { Outcome } from './scene.ts';
import type { Screen } from './screen.ts';

/** Where what was heard begins on a line of its own. */
const INDENT = '    ';

/** Says how a scene ended: what happened, what was heard, who acts and how. */
export function showScene(outcome: Outcome, screen: Screen): void {
  const { id, what, complaint, decisive, afterMs, seen } = outcome;
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
    ...(data?.remedy === undefined ? {} : { remedy: data.remedy }),
    ...(seen === undefined ? {} : { seen }),
  });
  screen.line(`${what}${complaint === undefined ? '' : `: ${printable(complaint)}`}`, passed ? 'ok' : 'wrong');
  const row = (name: string, text: string | undefined): void => {
    const columns = screen.columns - INDENT.length - 2;
    if (text !== undefined) screen.line(fit(`${INDENT}${name.padEnd(7)}${printable(text)}`, columns));
  };
  if (data !== undefined) {
    const after = afterMs === undefined ? '' : ` after ${(afterMs / 1_000).toFixed(1)} s`;
    const { failureReason, principal } = data.evidence;
    const detail = [failureReason, principal].filter((text) => text !== undefined).map((text) => ` (${text})`);
    row('heard', `${data.code}${detail.join('')}${after}: ${decisive?.subject.replace(/\?versionId=.*$/u, '') ?? ''}`);
    row('who', data.remedy?.who);
    row('fix', data.remedy?.what);
    row('run', data.remedy?.commands[0]);
  }
  row('run', seen);
}
