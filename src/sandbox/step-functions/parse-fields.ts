import { isRecord } from '../record.ts';
import type { Catcher, Retrier } from './definition.ts';
import { isPath } from './path.ts';
import { problemsOfTemplate } from './payload-template.ts';

/** Members of a state as they are written. */
export type Fields = Readonly<Record<string, unknown>>;

/** All readers here throw an `Error` for what is not as it must be. */
export function expectKnown(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`the sandbox does not know ${unknown.join(', ')}`);
}

export function record(value: unknown, name: string): Fields {
  if (isRecord(value)) return value;
  throw new Error(`${name} is not an object`);
}

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${name} is missing`);
}

/** A number that is not negative, or `initial` where it is not given. */
export function amount(fields: Fields, name: string, initial: number): number {
  const value = fields[name] ?? initial;
  if (typeof value === 'number' && value >= 0) return value;
  throw new Error(`${name} is ${JSON.stringify(value)}, not a number`);
}

/** A number, or under the name with `Path` a path to one. */
export function amountOrPath(fields: Fields, name: string, initial: number): number | string {
  const value = fields[`${name}Path`];
  if (value === undefined) return amount(fields, name, initial);
  if (isPath(value) && fields[name] === undefined) return value;
  throw new Error(`the sandbox does not know the path ${JSON.stringify(value)}`);
}

export function path(fields: Fields, name: string): string {
  return pathOrNull(fields, name) ?? '$';
}

/** `$` where it is not given, and `null` where it is null. */
export function pathOrNull(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (value === undefined) return '$';
  if (value === null || isPath(value)) return value;
  throw new Error(`${name}: the sandbox does not know the path ${JSON.stringify(value)}`);
}

/** A template that can be filled, or `undefined` where it is not given. */
export function template(value: unknown, name: string): unknown {
  const [problem] = problemsOfTemplate(value);
  if (problem !== undefined) throw new Error(`${name}: the sandbox does not know ${problem}`);
  return value;
}

const RETRIER = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];

export function retriers(fields: Fields): readonly Retrier[] {
  return list(fields, 'Retry').map((one) => {
    expectKnown(one, RETRIER);
    const jitter = one['JitterStrategy'] ?? 'NONE';
    if (jitter !== 'NONE' && jitter !== 'FULL') throw new Error(`unknown JitterStrategy ${JSON.stringify(jitter)}`);
    return {
      errors: errors(one),
      intervalSeconds: amount(one, 'IntervalSeconds', 1),
      maxAttempts: amount(one, 'MaxAttempts', 3),
      backoffRate: amount(one, 'BackoffRate', 2),
      maxDelaySeconds: amount(one, 'MaxDelaySeconds', Number.MAX_SAFE_INTEGER),
      isJittered: jitter === 'FULL',
    };
  });
}

export function catchers(fields: Fields): readonly Catcher[] {
  return list(fields, 'Catch').map((one) => {
    expectKnown(one, ['ErrorEquals', 'Next', 'ResultPath', 'Comment']);
    return { errors: errors(one), next: text(one, 'Next'), resultPath: pathOrNull(one, 'ResultPath') };
  });
}

export function list(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name] ?? [];
  if (Array.isArray(value)) return value.map((member: unknown) => record(member, name));
  throw new Error(`${name} is not a list`);
}

function errors(fields: Fields): readonly string[] {
  const names = fields['ErrorEquals'];
  if (Array.isArray(names) && names.length > 0) return names.map(String);
  throw new Error('ErrorEquals names no error');
}
