import type { AlertAttributes } from '../model/alert.ts';

/** Whether a message passes a filter policy. `unknown`: the policy says something that Holdfast does not evaluate. */
export type Passage = 'yes' | 'no' | 'unknown';

/**
 * Holds the attributes of a message against a filter policy with the scope `MessageAttributes`. Of the conditions on one
 * attribute any must match, of the attributes all.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function passageOf(policy: unknown, attributes: AlertAttributes): Passage {
  if (!isMapping(policy)) return 'unknown';
  const members = Object.entries(policy).map(([name, wanted]): Passage => {
    if (!Array.isArray(wanted)) return 'unknown';
    if (name === '$or') return any(wanted.map((each: unknown) => passageOf(each, attributes)));
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    return any(wanted.map((condition: unknown) => meets(condition, value)));
  });
  return all(members);
}

function meets(condition: unknown, value: string | readonly string[] | undefined): Passage {
  if (isMapping(condition) && 'exists' in condition) return toPassage((value !== undefined) === condition['exists']);
  if (value === undefined) return 'no';
  const passages = [value].flat().map((text) => meetsText(condition, text));
  const isExclusion = isMapping(condition) && 'anything-but' in condition;
  // The documents do not say whether every member of a list must be another, or one.
  return isExclusion && new Set(passages).size > 1 ? 'unknown' : any(passages);
}

function meetsText(condition: unknown, text: string): Passage {
  if (!isMapping(condition)) return toPassage(condition === text);
  const [operator, operand] = Object.entries(condition)[0] ?? [];
  switch (operator) {
    case 'prefix':
      return typeof operand === 'string' ? toPassage(text.startsWith(operand)) : 'unknown';
    case 'suffix':
      return typeof operand === 'string' ? toPassage(text.endsWith(operand)) : 'unknown';
    case 'equals-ignore-case':
      return typeof operand === 'string' ? toPassage(text.toLowerCase() === operand.toLowerCase()) : 'unknown';
    case 'anything-but':
      return not(any([operand].flat().map((each: unknown) => meetsText(each, text))));
    case 'numeric':
      return 'no'; // none of the attributes is a number
    default:
      return 'unknown';
  }
}

const toPassage = (passes: boolean): Passage => (passes ? 'yes' : 'no');

function any(passages: readonly Passage[]): Passage {
  return passages.includes('yes') ? 'yes' : passages.includes('unknown') ? 'unknown' : 'no';
}

function all(passages: readonly Passage[]): Passage {
  return passages.includes('no') ? 'no' : passages.includes('unknown') ? 'unknown' : 'yes';
}

function not(passage: Passage): Passage {
  return passage === 'unknown' ? 'unknown' : toPassage(passage === 'no');
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
