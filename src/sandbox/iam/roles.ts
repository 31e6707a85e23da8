import type { AccessControl } from './access.ts';
import { parsePolicy, type Statement } from './policy.ts';

/** The roles of the account. */
export interface RoleRegister {
  /** Answers the ARN. Throws an `Error` for a policy that the sandbox does not evaluate in full. */
  create(name: string, documents: RoleDocuments): string;
  remove(arn: string): void;
  /** Who may assume the role. */
  trustOf(arn: string): readonly Statement[] | undefined;
}

export interface RoleDocuments {
  readonly trust: unknown;
  readonly policies: readonly unknown[];
}

export function createRoles(account: string, access: AccessControl): RoleRegister {
  const trusts = new Map<string, readonly Statement[]>();
  return {
    create(name, { trust, policies }) {
      const arn = `arn:aws:iam::${account}:role/${name}`;
      if (trusts.has(arn)) throw new Error(`the role ${name} exists already`);
      const statements = policies.flatMap((policy) => parsePolicy(policy, `role ${name}`));
      trusts.set(arn, parsePolicy(trust, `trust of role ${name}`));
      access.setRole(arn, statements);
      return arn;
    },
    remove(arn) {
      trusts.delete(arn);
      access.removeRole(arn);
    },
    trustOf: (arn) => trusts.get(arn),
  };
}
