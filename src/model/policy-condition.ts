import { allOf, anyOf, certainly, type Certainty, not } from './certainty.ts';

/**
 * Whether the text matches a pattern of IAM: `*` is any run of characters, `?` any one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

type Test = (value: string, wanted: string) => boolean;

const EQUAL: Test = (value, wanted) => value === wanted;
const LIKE: Test = (value, wanted) => matchesPattern(wanted, value);

/** The operators that can be judged here, without `Not`. */
const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: EQUAL,
  StringEqualsIgnoreCase: (value, wanted) => EQUAL(value.toLowerCase(), wanted.toLowerCase()),
  StringLike: LIKE,
  ArnEquals: LIKE,
  ArnLike: LIKE,
  Bool: (value, wanted) => EQUAL(value, wanted.toLowerCase()),
};

/**
 * Whether the conditions of a statement hold. What depends on a key that is not in the context, or on an operator that is not
 * judged here, may or may not hold.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function conditionsHold(block: unknown, context: Readonly<Record<string, string>>): Certainty {
  if (block === undefined) return 'yes';
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return allOf(
    membersOf(block).flatMap(([operator, keys]) =>
      membersOf(keys).map(([key, wanted]) => holds(operator, known.get(key.toLowerCase()), textsOf(wanted))),
    ),
  );
}

function holds(operator: string, value: string | undefined, wanted: readonly string[]): Certainty {
  const negated = operator.includes('Not');
  const test = TESTS[operator.replace('Not', '').replace(/IfExists$/, '')];
  if (test === undefined || value === undefined) return 'maybe';
  const one = anyOf(wanted.map((each) => certainly(test(value, each))));
  return negated ? not(one) : one;
}

/** Name and value of each member; nothing of what is no object. */
export function membersOf(value: unknown): readonly (readonly [name: string, value: unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** One text or a list of them, as policies have it. */
export function textsOf(value: unknown): readonly string[] {
  return value === undefined ? [] : [value].flat().map(String);
}
