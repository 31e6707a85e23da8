import { heldValues, holds, parseConditions, type Condition, type ConditionContext } from './condition.ts';
import { matchesAction, matchesPattern } from './pattern.ts';
import { asRecord } from '../record.ts';

/** One statement of a policy, checked: everything in it is understood. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** Empty in a trust policy, which speaks about the role itself. */
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
  /** Only in resource and trust policies. */
  readonly principals?: readonly PrincipalPattern[];
}

interface PrincipalPattern {
  readonly kind: 'AWS' | 'Service';
  readonly name: string;
}

/** Who asks: an account's role or user, or a service on behalf of an account. */
export type Caller =
  | { readonly kind: 'AWS'; readonly arn: string; readonly account: string }
  | { readonly kind: 'Service'; readonly name: string };

export interface AccessQuestion {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
  /** Needed for resource policies only. */
  readonly caller?: Caller;
}

export type PolicyDecision = 'allow' | 'deny' | 'silent';

/** An explicit deny wins over any allow, and silence is no permission. */
export function decide(statements: readonly Statement[], question: AccessQuestion): PolicyDecision {
  const applying = statements.filter((statement) => applies(statement, question));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'silent';
}

/** The words of a policy that allow something. */
export interface Grant {
  /** A pattern, as the policy writes it. */
  readonly resource: string;
  /** Values of the conditions that held, as `key=value`, as the policy writes them. */
  readonly conditions: readonly string[];
}

/** Every resource of every statement that allows it: what is asked for may be allowed more than once. */
export function grantsOf(statements: readonly Statement[], question: AccessQuestion): readonly Grant[] {
  return statements
    .filter((statement) => statement.effect === 'Allow' && applies(statement, question))
    .flatMap(({ resources, conditions }) =>
      resources
        .filter((pattern) => matchesPattern(pattern, question.resource))
        .map((resource) => ({ resource, conditions: heldValues(conditions, question.context) })),
    );
}

function applies({ actions, resources, conditions, principals }: Statement, question: AccessQuestion): boolean {
  const { action, resource, context, caller } = question;
  return (
    actions.some((pattern) => matchesAction(pattern, action)) &&
    (resources.length === 0 || resources.some((pattern) => matchesPattern(pattern, resource))) &&
    (principals === undefined || (caller !== undefined && principals.some((principal) => names(principal, caller)))) &&
    holds(conditions, context)
  );
}

function names({ kind, name }: PrincipalPattern, caller: Caller): boolean {
  if (name === '*') return true;
  if (kind !== caller.kind) return false;
  if (caller.kind === 'Service') return name === caller.name;
  return name === caller.arn || name === caller.account || name === `arn:aws:iam::${caller.account}:root`;
}

const MEMBERS: ReadonlySet<string> = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition', 'Principal']);

/**
 * Reads a policy document. Throws an `Error` that names everything in it that the sandbox does not evaluate: a policy that is
 * half understood would allow too much or too little in silence.
 */
export function parsePolicy(document: unknown, where: string): readonly Statement[] {
  const problems: string[] = [];
  const { Statement: statements } = asRecord(document, where);
  const parsed = [statements].flat().map((statement) => {
    return parseStatement(asRecord(statement, `${where}: a statement`), (problem) => problems.push(problem));
  });
  if (problems.length > 0) throw new Error(`${where}: the sandbox does not evaluate ${problems.join(', ')}`);
  return parsed;
}

function parseStatement(statement: Readonly<Record<string, unknown>>, refuse: (problem: string) => void): Statement {
  for (const name of Object.keys(statement)) if (!MEMBERS.has(name)) refuse(name);
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') refuse(`Effect ${String(effect)}`);
  const resources = texts(statement['Resource']);
  for (const resource of resources) if (resource.includes('${')) refuse(`policy variable in ${resource}`);
  const principal = statement['Principal'];
  return {
    effect: effect === 'Deny' ? 'Deny' : 'Allow',
    actions: texts(statement['Action']),
    resources,
    conditions: parseConditions(asRecord(statement['Condition'] ?? {}, 'Condition'), refuse),
    ...(principal === undefined ? {} : { principals: parsePrincipals(principal, refuse) }),
  };
}

function parsePrincipals(principal: unknown, refuse: (problem: string) => void): readonly PrincipalPattern[] {
  if (principal === '*') return [{ kind: 'AWS', name: '*' }];
  return Object.entries(asRecord(principal, 'Principal')).flatMap(([kind, members]) => {
    if (kind === 'AWS' || kind === 'Service') return texts(members).map((name) => ({ kind, name }));
    refuse(`Principal ${kind}`);
    return [];
  });
}

function texts(value: unknown): readonly string[] {
  return value === undefined ? [] : [value].flat().map(String);
}
