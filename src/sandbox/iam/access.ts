import { AwsError } from '../aws-error.ts';
import { isAdmin } from '../credentials.ts';
import type { Principal } from '../service.ts';
import type { ConditionContext } from './condition.ts';
import { decide, type PolicyDecision, type Statement } from './policy.ts';

/** What somebody wants to do to something. */
export interface AccessRequest {
  readonly principal: Principal;
  readonly region: string;
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** What the resource itself says about access, e.g. the policy of a queue. */
  readonly resourcePolicy?: readonly Statement[];
  readonly context?: ConditionContext;
}

/** The permissions of all roles of the account. */
export interface AccessControl {
  /** ARN of the role. Replaces what was there. */
  setRole(arn: string, statements: readonly Statement[]): void;
  removeRole(arn: string): void;
  hasRole(arn: string): boolean;
  isAllowed(request: AccessRequest): boolean;
  /** Throws the service's refusal, naming action and resource. */
  require(request: AccessRequest): void;
}

export function createAccessControl(account: string): AccessControl {
  const roles = new Map<string, readonly Statement[]>();

  function judge(request: AccessRequest): PolicyDecision {
    const { principal, region, action, resource, resourcePolicy = [] } = request;
    if (isAdmin(principal)) return 'allow';
    const context = {
      'aws:RequestedRegion': region,
      'aws:ResourceAccount': account,
      's3:ResourceAccount': account,
      'aws:PrincipalAccount': principal.account,
      'aws:PrincipalArn': principal.arn,
      // The sandbox speaks plain HTTP where AWS speaks TLS; a policy that insists on TLS is meant for AWS.
      'aws:SecureTransport': 'true',
      ...request.context,
    };
    const question = { action, resource, context };
    const caller = { kind: 'AWS', arn: principal.arn, account: principal.account } as const;
    // Within one account either policy is enough, and either can refuse.
    const own = decide(roles.get(principal.arn) ?? [], question);
    const ofResource = decide(resourcePolicy, { ...question, caller });
    if (own === 'deny' || ofResource === 'deny') return 'deny';
    return own === 'allow' || ofResource === 'allow' ? 'allow' : 'silent';
  }

  return {
    setRole: (arn, statements) => void roles.set(arn, statements),
    removeRole: (arn) => void roles.delete(arn),
    hasRole: (arn) => roles.has(arn),
    isAllowed: (request) => judge(request) === 'allow',
    require(request) {
      const decision = judge(request);
      if (decision === 'allow') return;
      throw accessDenied(request, decision === 'deny' ? 'with an explicit deny' : 'because no policy allows it');
    },
  };
}

/** Names of the refusal where a service does not call it `AccessDenied`. */
const NAMES: Readonly<Record<string, readonly [code: string, status: number]>> = {
  sns: ['AuthorizationError', 403],
  dynamodb: ['AccessDeniedException', 400],
  sqs: ['AccessDenied', 403],
};

function accessDenied({ principal, action, resource }: AccessRequest, why: string): AwsError {
  const [code, status] = NAMES[action.slice(0, action.indexOf(':'))] ?? ['AccessDenied', 403];
  return new AwsError(
    code,
    status,
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  );
}
