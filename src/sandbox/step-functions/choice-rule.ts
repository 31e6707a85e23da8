import { isRecord } from '../record.ts';
import { isPath, lookUp, type Sight } from './path.ts';
import { runtimeFailure } from './state-failure.ts';

/** Whether a choice is taken. */
export type ChoiceRule = (sight: Sight) => boolean;

type Comparison = (value: unknown, wanted: unknown) => boolean;

const equals: Comparison = (value, wanted) => value === wanted;

function numbers(compare: (a: number, b: number) => boolean): Comparison {
  return (value, wanted) => typeof value === 'number' && typeof wanted === 'number' && compare(value, wanted);
}

/** What the operand of each comparison must be, and the comparison. */
const COMPARISONS: Readonly<Record<string, readonly [operand: 'string' | 'boolean' | 'number', Comparison]>> = {
  StringEquals: ['string', equals],
  BooleanEquals: ['boolean', equals],
  NumericEquals: ['number', equals],
  NumericLessThan: ['number', numbers((a, b) => a < b)],
  NumericLessThanEquals: ['number', numbers((a, b) => a <= b)],
  NumericGreaterThan: ['number', numbers((a, b) => a > b)],
  NumericGreaterThanEquals: ['number', numbers((a, b) => a >= b)],
};

/** Reads a rule; throws an `Error` for what the sandbox does not know. */
export function parseRule(rule: unknown): ChoiceRule {
  if (!isRecord(rule)) throw new Error(`expected a rule, got ${JSON.stringify(rule)}`);
  const { Next: _next, Comment: _comment, Variable: variable, ...tests } = rule;
  const [[name, operand] = ['', undefined], ...more] = Object.entries(tests);
  if (more.length > 0) throw new Error(`expected one test in a rule, got ${Object.keys(tests).join(', ')}`);
  if (name === 'And' || name === 'Or' || name === 'Not') return parseCombination(name, operand);
  if (!isPath(variable)) throw new Error(`the sandbox does not know the variable ${JSON.stringify(variable)}`);
  if (name === 'IsPresent' && typeof operand === 'boolean')
    return (sight) => (lookUp(variable, sight) !== undefined) === operand;
  const [type, compare] = (Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined) ?? [];
  if (compare === undefined || typeof operand !== type)
    throw new Error(`the sandbox does not know the test ${name} of ${JSON.stringify(operand)}`);
  return (sight) => {
    const value = lookUp(variable, sight);
    if (value === undefined) throw runtimeFailure(`the variable ${variable} of a choice finds nothing`);
    return compare(value, operand);
  };
}

function parseCombination(name: 'And' | 'Or' | 'Not', operand: unknown): ChoiceRule {
  const [first, ...others] = [operand].flat().map(parseRule);
  if (first === undefined) throw new Error(`${name} has no rule`);
  if (name === 'Not') return (sight) => !first(sight);
  const rules = [first, ...others];
  return name === 'And' ? (sight) => rules.every((rule) => rule(sight)) : (sight) => rules.some((rule) => rule(sight));
}
