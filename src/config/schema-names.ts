import type { Path } from './problems.ts';

/** The names that are known at the end of a path through a schema: what an unknown one may have been meant to be. */
export function namesAt(schema: unknown, path: Path): readonly string[] {
  return [...new Set(reach(schema, path).flatMap((at) => Object.keys(entriesOf(at))))];
}

/** Whether only a mapping can stand at the end of the path. */
export function isMappingAt(schema: unknown, path: Path): boolean {
  const reached = reach(schema, path);
  return (
    reached.length > 0 && reached.every((at) => read(at, 'entries') !== undefined || read(at, 'value') !== undefined)
  );
}

function reach(schema: unknown, path: Path): readonly unknown[] {
  return path.reduce<readonly unknown[]>(
    (reached, step) => reached.flatMap((at) => resolve(descend(at, step))),
    resolve(schema),
  );
}

/** Takes off what is optional, and takes every branch of a choice. */
function resolve(schema: unknown): readonly unknown[] {
  const wrapped = read(schema, 'wrapped');
  if (wrapped !== undefined) return resolve(wrapped);
  const options = read(schema, 'options');
  return Array.isArray(options) ? options.flatMap((option) => resolve(option)) : [schema];
}

function descend(schema: unknown, step: string | number): unknown {
  return typeof step === 'number' ? read(schema, 'item') : (read(entriesOf(schema), step) ?? read(schema, 'value'));
}

function entriesOf(schema: unknown): object {
  const entries = read(schema, 'entries');
  return typeof entries === 'object' && entries !== null ? entries : {};
}

function read(value: unknown, name: string): unknown {
  return isMapping(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
