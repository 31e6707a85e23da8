import type { AccessControl } from './access.ts';
import type { ConditionContext } from './condition.ts';
import { decide, parsePolicy, type PolicyDecision, type Statement } from './policy.ts';

/** A role of the account, as IAM shows it. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  /** Documents are kept word for word, as JSON. */
  readonly trust: string;
  /** By the name of the policy. */
  readonly inline: ReadonlyMap<string, string>;
  /** ARNs of managed policies, which allow nothing here. */
  readonly attached: readonly string[];
}

export interface RoleDocuments {
  readonly trust: unknown;
  readonly policies: Readonly<Record<string, unknown>>;
  readonly attached?: readonly string[];
}

export interface ServiceQuestion {
  readonly region: string;
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  readonly context?: ConditionContext;
}

/** What services ask about the roles that they are handed. */
export interface ServiceRoles {
  /** Whether there is such a role and it trusts the service, e.g. `s3.amazonaws.com`. */
  mayAssume(roleArn: string, service: string, context?: ConditionContext): boolean;
  has(roleArn: string): boolean;
  /** What the policies of the role say. */
  decide(roleArn: string, question: ServiceQuestion): PolicyDecision;
}

/** The roles of the account. All that take documents throw an `Error` for a policy that the sandbox does not evaluate in full. */
export interface RoleRegister extends ServiceRoles {
  /** Answers the ARN. */
  create(name: string, documents: RoleDocuments): string;
  remove(arn: string): void;
  find(name: string): Role | undefined;
  setTrust(role: Role, document: unknown): void;
  putPolicy(role: Role, policyName: string, document: unknown): void;
  removePolicy(role: Role, policyName: string): void;
  /** Who may assume the role. */
  trustOf(arn: string): readonly Statement[] | undefined;
  /** What its own policies say; none of a role that is not there. */
  statementsOf(arn: string): readonly Statement[];
}

export interface RoleSurroundings {
  readonly account: string;
  readonly access: AccessControl;
  readonly now: () => number;
}

/** Documents as they were put, and what they say. */
interface Kept extends Role {
  readonly statements: readonly Statement[];
  readonly trusted: readonly Statement[];
}

export function createRoles({ account, access, now }: RoleSurroundings): RoleRegister {
  const roles = new Map<string, Kept>();
  const arnOf = (name: string): string => `arn:aws:iam::${account}:role/${name}`;

  function keep(role: Role): void {
    const statements = [...role.inline.values()].flatMap((text) => parsePolicy(JSON.parse(text), `role ${role.name}`));
    roles.set(role.arn, {
      ...role,
      statements,
      trusted: parsePolicy(JSON.parse(role.trust), `trust of role ${role.name}`),
    });
    access.setRole(role.arn, statements);
  }

  const trustOf = (arn: string): readonly Statement[] | undefined => roles.get(arn)?.trusted;

  return {
    create(name, { trust, policies, attached = [] }) {
      const arn = arnOf(name);
      if (roles.has(arn)) throw new Error(`the role ${name} exists already`);
      const inline = new Map(Object.entries(policies).map(([policy, document]) => [policy, JSON.stringify(document)]));
      keep({ name, arn, createdAtMs: now(), trust: JSON.stringify(trust), inline, attached });
      return arn;
    },
    remove(arn) {
      roles.delete(arn);
      access.removeRole(arn);
    },
    find: (name) => roles.get(arnOf(name)),
    has: (arn) => roles.has(arn),
    setTrust: (role, document) => keep({ ...role, trust: JSON.stringify(document) }),
    putPolicy: (role, policyName, document) =>
      keep({ ...role, inline: new Map([...role.inline, [policyName, JSON.stringify(document)]]) }),
    removePolicy: (role, policyName) =>
      keep({ ...role, inline: new Map([...role.inline].filter(([name]) => name !== policyName)) }),
    trustOf,
    statementsOf: (arn) => roles.get(arn)?.statements ?? [],
    mayAssume(arn, service, context = {}) {
      const caller = { kind: 'Service', name: service } as const;
      const question = { action: 'sts:AssumeRole', resource: arn, context, caller };
      return decide(trustOf(arn) ?? [], question) === 'allow';
    },
    decide(arn, { region, action, resource, context }) {
      const principal = { accessKeyId: '', account, arn };
      return access.decideByRole({
        principal,
        region,
        action,
        resource,
        ...(context === undefined ? {} : { context }),
      });
    },
  };
}
