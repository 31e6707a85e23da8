import { matchesPattern } from './pattern.ts';
import { asRecord } from '../record.ts';

/** What is known about a request, by the names of IAM's condition keys. */
export type ConditionContext = Readonly<Record<string, string | undefined>>;

export interface Condition {
  readonly operator: Operator;
  /** True as well where the key is missing from the request. */
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

export type Operator =
  | 'StringEquals'
  | 'StringNotEquals'
  | 'StringLike'
  | 'StringNotLike'
  | 'ArnEquals'
  | 'ArnLike'
  | 'Bool';

const OPERATORS: Readonly<Record<Operator, (value: string, wanted: string) => boolean>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringNotEquals: (value, wanted) => value !== wanted,
  StringLike: (value, wanted) => matchesPattern(wanted, value),
  StringNotLike: (value, wanted) => !matchesPattern(wanted, value),
  ArnEquals: (value, wanted) => matchesPattern(wanted, value),
  ArnLike: (value, wanted) => matchesPattern(wanted, value),
  Bool: (value, wanted) => value === wanted.toLowerCase(),
};

/** The keys whose value the sandbox can tell, or knows to be absent. A policy with another one is refused. */
const KEYS: ReadonlySet<string> = new Set([
  'aws:SourceArn',
  'aws:SourceAccount',
  'aws:SecureTransport',
  'aws:RequestedRegion',
  'aws:ResourceAccount',
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  's3:ResourceAccount',
  's3:prefix',
  's3:DataAccessPointArn',
  'kms:CallerAccount',
  'kms:ViaService',
  'kms:EncryptionContext:aws:s3:arn',
  'cloudwatch:namespace',
  'iam:PassedToService',
]);

/** Reads the `Condition` of a statement; what it does not know goes to `refuse`, by name. */
export function parseConditions(
  block: Readonly<Record<string, unknown>>,
  refuse: (problem: string) => void,
): readonly Condition[] {
  return Object.entries(block).flatMap(([name, members]) => {
    const operator = name.replace(/IfExists$/, '');
    if (!isOperator(operator)) {
      refuse(`condition operator ${name}`);
      return [];
    }
    return Object.entries(asRecord(members, name)).map(([key, values]): Condition => {
      if (!KEYS.has(key)) refuse(`condition key ${key}`);
      return { operator, ifExists: name !== operator, key, values: [values].flat().map(String) };
    });
  });
}

function isOperator(name: string): name is Operator {
  return Object.hasOwn(OPERATORS, name);
}

/** All conditions of a statement must hold; of the values of one, any must, and with a negated operator all. */
export function holds(conditions: readonly Condition[], context: ConditionContext): boolean {
  return conditions.every(({ operator, ifExists, key, values }) => {
    const value = context[key];
    const negated = operator.includes('Not');
    // A negated operator holds for a key that is not there: nothing is unlike everything.
    if (value === undefined) return ifExists || negated;
    const test = (wanted: string): boolean => OPERATORS[operator](value, wanted);
    return negated ? values.every(test) : values.some(test);
  });
}

/** The values by which conditions hold, as `key=value`. */
export function heldValues(conditions: readonly Condition[], context: ConditionContext): readonly string[] {
  return conditions.flatMap(({ operator, key, values }) => {
    const value = context[key];
    const held = values.filter((wanted) => value !== undefined && OPERATORS[operator](value, wanted));
    return held.map((wanted) => `${key}=${wanted}`);
  });
}
