import { isRecord } from '../record.ts';
import { isPath, type Sight, valueAt } from './path.ts';
import { runtimeFailure } from './state-failure.ts';

const FORMAT = /^States\.Format\(\s*'([^']*)'((?:\s*,\s*\$[^,)]*)*)\s*\)$/;

/** What is wrong with the members of a template that end in `.$`. */
export function problemsOfTemplate(template: unknown): readonly string[] {
  if (Array.isArray(template)) return template.flatMap(problemsOfTemplate);
  if (!isRecord(template)) return [];
  return Object.entries(template).flatMap(([name, value]) => {
    if (!name.endsWith('.$')) return problemsOfTemplate(value);
    return isPath(value) || argumentsOf(value) !== undefined ? [] : [`${name}: ${JSON.stringify(value)}`];
  });
}

/** A template with what its paths find. Throws `StateFailure` where one finds nothing. */
export function fill(template: unknown, sight: Sight): unknown {
  if (Array.isArray(template)) return template.map((member) => fill(member, sight));
  if (!isRecord(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') ? [name.slice(0, -2), evaluate(value, sight)] : [name, fill(value, sight)],
    ),
  );
}

function evaluate(expression: unknown, sight: Sight): unknown {
  if (isPath(expression)) return valueAt(expression, sight);
  const found = argumentsOf(expression);
  if (found === undefined) throw runtimeFailure(`${JSON.stringify(expression)} is no path`);
  const values = found.paths.map((path) => valueAt(path, sight)).values();
  return found.text.replaceAll('{}', () => {
    const value: unknown = values.next().value;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

/** Of the one function that is known: `States.Format` with a place for each path. */
function argumentsOf(expression: unknown): { readonly text: string; readonly paths: readonly string[] } | undefined {
  const [, text, rest = ''] = FORMAT.exec(typeof expression === 'string' ? expression : '') ?? [];
  if (text === undefined) return undefined;
  const paths = rest.split(',').flatMap((path) => (path.trim() === '' ? [] : [path.trim()]));
  return paths.every(isPath) && text.split('{}').length === paths.length + 1 ? { text, paths } : undefined;
}
