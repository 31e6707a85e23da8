import { AwsError } from '../aws-error.ts';
import { isAdmin } from '../credentials.ts';
import type { AccessControl } from '../iam/access.ts';
import type { ConditionContext } from '../iam/condition.ts';
import { decide, type Statement } from '../iam/policy.ts';
import type { Principal } from '../service.ts';
import type { KmsKey } from './key.ts';

export interface KeyQuestion {
  readonly principal: Principal;
  readonly action: string;
  readonly key: KmsKey;
  readonly context?: ConditionContext;
}

/**
 * Whether somebody may do something with a key. Unlike other resource policies, a key's has the last word: the policies of a
 * role count only where the key's policy names the role's whole account.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function mayUseKey(access: AccessControl, { principal, action, key, context = {} }: KeyQuestion): boolean {
  const { arn, account } = principal;
  const isOwnAccount = key.account === account;
  if (isAdmin(principal) && isOwnAccount) return true;
  const known = { 'kms:CallerAccount': account, ...context };
  const question = {
    action,
    resource: key.arn,
    caller: { kind: 'AWS', arn, account } as const,
    context: { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': account, 'aws:SecureTransport': 'true', ...known },
  };
  const named = decide(
    withPrincipals(key.statements, (name) => !isAccount(name, account)),
    question,
  );
  const delegated = decide(
    withPrincipals(key.statements, (name) => isAccount(name, account)),
    question,
  );
  const byRole = access.decideByRole({ principal, region: key.region, action, resource: key.arn, context: known });
  if ([named, delegated, byRole].includes('deny')) return false;
  if (named === 'allow' && (isOwnAccount || byRole === 'allow')) return true;
  return delegated === 'allow' && byRole === 'allow';
}

/** Throws KMS's refusal. */
export function requireKey(access: AccessControl, question: KeyQuestion): void {
  if (mayUseKey(access, question)) return;
  const { principal, action, key } = question;
  const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${key.arn}`;
  throw new AwsError('AccessDeniedException', 400, message);
}

function withPrincipals(statements: readonly Statement[], wanted: (name: string) => boolean): readonly Statement[] {
  return statements.flatMap((statement) => {
    const principals = (statement.principals ?? []).filter(({ name }) => wanted(name));
    return principals.length === 0 ? [] : [{ ...statement, principals }];
  });
}

function isAccount(name: string, account: string): boolean {
  return name === account || name === `arn:aws:iam::${account}:root`;
}
