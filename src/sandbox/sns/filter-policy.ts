import { isRecord } from '../record.ts';

/** A filter policy as it was given: names of members to what they may be, nested with the scope `MessageBody`. */
export type FilterPolicy = Readonly<Record<string, unknown>>;

/** What the policy is held against. A list is an attribute or member with several values, any of which may match. */
export type FilterInput = Readonly<Record<string, unknown>>;

type Test = (value: unknown) => boolean;

const NUMERIC: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/**
 * Whether a message passes. All members of the policy must match, of the conditions on one member any must.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function passesFilter(policy: FilterPolicy, input: FilterInput): boolean {
  return Object.entries(policy).every(([name, wanted]) => {
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    if (!Array.isArray(wanted)) return isRecord(wanted) && isRecord(value) && passesFilter(wanted, value);
    return wanted.some((condition) => passesCondition(condition, value));
  });
}

function passesCondition(condition: unknown, value: unknown): boolean {
  const exists = isRecord(condition) ? condition['exists'] : undefined;
  if (exists !== undefined) return (value !== undefined) === exists;
  if (value === undefined) return false;
  const test = toTest(condition);
  return Array.isArray(value) ? value.some(test) : test(value);
}

function toTest(condition: unknown): Test {
  if (!isRecord(condition)) return (value) => value === condition;
  const [operator, operand] = Object.entries(condition)[0] ?? [];
  switch (operator) {
    case 'prefix':
      return (value) => typeof value === 'string' && value.startsWith(String(operand));
    case 'suffix':
      return (value) => typeof value === 'string' && value.endsWith(String(operand));
    case 'equals-ignore-case':
      return (value) => typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase();
    case 'anything-but':
      return toExclusion(operand);
    case 'numeric':
      return toRange(operand);
    default:
      return () => false;
  }
}

function toExclusion(operand: unknown): Test {
  const unwanted = (Array.isArray(operand) ? operand : [operand]).map(toTest);
  return (value) => !unwanted.some((test) => test(value));
}

function toRange(operand: unknown): Test {
  const bounds = Array.isArray(operand) ? operand : [];
  return (value) =>
    typeof value === 'number' &&
    bounds.every(
      (operator, index) => index % 2 === 1 || NUMERIC[String(operator)]?.(value, Number(bounds[index + 1])) === true,
    );
}

/** Everything in the policy that is not a filter policy or that the sandbox does not evaluate; empty: it may be used. */
export function problemsOfFilter(policy: unknown, scope: 'MessageAttributes' | 'MessageBody'): readonly string[] {
  if (!isRecord(policy)) return ['the policy is not an object'];
  return Object.entries(policy).flatMap(([name, wanted]) => {
    if (name === '$or') return ['the operator $or'];
    if (Array.isArray(wanted))
      return wanted.length === 0 ? [`${name} has no conditions`] : wanted.flatMap(problemsOfCondition);
    return scope === 'MessageBody' && isRecord(wanted)
      ? problemsOfFilter(wanted, scope)
      : [`${name} is not a list of conditions`];
  });
}

function problemsOfCondition(condition: unknown): readonly string[] {
  if (!isRecord(condition)) return Array.isArray(condition) ? ['a list within a list'] : [];
  const [operator = '', operand] = Object.entries(condition)[0] ?? [];
  if (Object.keys(condition).length !== 1) return ['a condition with other than one operator'];
  switch (operator) {
    case 'exists':
      return typeof operand === 'boolean' ? [] : ['exists without true or false'];
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
      return typeof operand === 'string' ? [] : [`${operator} without a text`];
    case 'anything-but':
      return (Array.isArray(operand) ? operand : [operand]).flatMap(problemsOfCondition);
    case 'numeric':
      return isRange(operand) ? [] : ['numeric without pairs of operator and number'];
    default:
      return [`the operator ${operator}`];
  }
}

function isRange(operand: unknown): boolean {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 === 1) return false;
  return operand.every((member: unknown, index) =>
    index % 2 === 0 ? typeof member === 'string' && Object.hasOwn(NUMERIC, member) : typeof member === 'number',
  );
}
