import { isRecord } from '../record.ts';
import { runtimeFailure } from './state-failure.ts';

/** What paths look into: `$` is the data, `$$` the context object. */
export interface Sight {
  readonly data: unknown;
  readonly context: unknown;
}

const STEP = /\.([A-Za-z_][\w-]*)|\['([^']+)'\]|\[(\d+)\]/y;

/** The steps of a path; `undefined` for what the sandbox does not know: wildcards, filters, descents, slices. */
function stepsOf(path: string): readonly (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  STEP.lastIndex = path.startsWith('$$') ? 2 : 1;
  if (!path.startsWith('$')) return undefined;
  for (let at = STEP.lastIndex; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const found = STEP.exec(path);
    if (found === null) return undefined;
    const [, name, quoted, index] = found;
    steps.push(index === undefined ? (name ?? quoted ?? '') : Number(index));
  }
  return steps;
}

/** Whether the sandbox can follow a path. */
export function isPath(text: unknown): text is string {
  return typeof text === 'string' && stepsOf(text) !== undefined;
}

/** The value at a path; `undefined`: there is nothing. */
export function lookUp(path: string, { data, context }: Sight): unknown {
  let value: unknown = path.startsWith('$$') ? context : data;
  for (const step of stepsOf(path) ?? []) {
    if (typeof step === 'number') value = Array.isArray(value) ? (value as readonly unknown[])[step] : undefined;
    else value = isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** The value at a path. Throws `StateFailure` where there is none. */
export function valueAt(path: string, sight: Sight): unknown {
  const value = lookUp(path, sight);
  if (value === undefined) throw runtimeFailure(`the path ${path} finds nothing in ${JSON.stringify(sight.data)}`);
  return value;
}

/** The data with a value at a path, as `ResultPath` puts it there: what is on the way is made. */
export function withValueAt(path: string, data: unknown, value: unknown): unknown {
  return withValue(stepsOf(path) ?? [], data, value);
}

function withValue([step, ...rest]: readonly (string | number)[], data: unknown, value: unknown): unknown {
  if (step === undefined) return value;
  const own = isRecord(data) ? data : {};
  return { ...own, [step]: withValue(rest, own[step], value) };
}
