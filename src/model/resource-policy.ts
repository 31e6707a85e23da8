import { accountOf } from './arn.ts';
import { allOf, anyOf, certainly, type Certainty, not } from './certainty.ts';
import { conditionsHold, matchesPattern, membersOf, textsOf } from './policy-condition.ts';

/** Who asks: a role, or a service of AWS. */
export type Caller = { readonly roleArn: string } | { readonly service: string };

export interface PolicyQuestion {
  readonly caller: Caller;
  readonly action: string;
  /** Absent in the trust policy of a role, which speaks of the role itself. */
  readonly resource?: string;
  /** By the names of IAM's condition keys. */
  readonly context: Readonly<Record<string, string>>;
}

/** What the policy of a bucket, a key or a role says. */
export interface PolicyJudgement {
  readonly denied: Certainty;
  /** To the caller by name, or to everybody. */
  readonly allowed: Certainty;
  /** To the account of the caller, whose own policies then decide. */
  readonly delegated: Certainty;
}

/** Judges the JSON of a policy; a text that is none leaves everything open. */
export function judgePolicy(json: string, question: PolicyQuestion): PolicyJudgement {
  const statements = parseStatements(json);
  if (statements === undefined) return { denied: 'maybe', allowed: 'maybe', delegated: 'maybe' };
  const ofEffect = (effect: string, names: Naming): Certainty =>
    anyOf(
      statements
        .filter((statement) => statement['Effect'] === effect)
        .map((statement) => applies(statement, question, names)),
    );
  return {
    denied: anyOf([ofEffect('Deny', namesCaller), ofEffect('Deny', namesAccount)]),
    allowed: ofEffect('Allow', namesCaller),
    delegated: ofEffect('Allow', namesAccount),
  };
}

/** The statements of a policy; `undefined`: this is none. */
export function parseStatements(json: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  try {
    const document: unknown = JSON.parse(json);
    const statements = membersOf(document).find(([name]) => name === 'Statement')?.[1];
    return [statements].flat().map((statement) => Object.fromEntries(membersOf(statement)));
  } catch {
    return undefined; // what it says is not known, and the judgement says so
  }
}

type Naming = (kind: string, name: string, caller: Caller) => boolean;

const namesCaller: Naming = (kind, name, caller) => {
  if (name === '*') return kind === 'AWS';
  if ('service' in caller) return kind === 'Service' && name === caller.service;
  return kind === 'AWS' && name === caller.roleArn;
};

const namesAccount: Naming = (kind, name, caller) => {
  if ('service' in caller || kind !== 'AWS') return false;
  const account = accountOf(caller.roleArn);
  return name === account || (accountOf(name) === account && name.endsWith(':root'));
};

function applies(statement: Readonly<Record<string, unknown>>, question: PolicyQuestion, names: Naming): Certainty {
  const { caller, action, resource, context } = question;
  // IAM compares actions without regard to case.
  const isAction = (pattern: string): boolean => matchesPattern(pattern.toLowerCase(), action.toLowerCase());
  return allOf([
    matches(statement, 'Action', (value) => textsOf(value).some(isAction)),
    resource === undefined
      ? 'yes'
      : matches(statement, 'Resource', (value) => textsOf(value).some((pattern) => matchesPattern(pattern, resource))),
    matches(statement, 'Principal', (value) => principals(value).some(([kind, name]) => names(kind, name, caller))),
    conditionsHold(statement['Condition'], context),
  ]);
}

/** An element, or its opposite: `NotAction`, `NotResource`, `NotPrincipal`. */
function matches(
  statement: Readonly<Record<string, unknown>>,
  element: string,
  test: (value: unknown) => boolean,
): Certainty {
  const opposite = statement[`Not${element}`];
  return opposite === undefined ? certainly(test(statement[element])) : not(certainly(test(opposite)));
}

function principals(value: unknown): readonly (readonly [kind: string, name: string])[] {
  if (value === '*') return [['AWS', '*']];
  return membersOf(value).flatMap(([kind, names]) => textsOf(names).map((name) => [kind, name] as const));
}
