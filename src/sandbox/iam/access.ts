import { AwsError } from '../aws-error.ts';
import { isAdmin } from '../credentials.ts';
import type { Principal } from '../service.ts';
import type { ConditionContext } from './condition.ts';
import type { AccessRecord } from './access-record.ts';
import { decide, grantsOf, type AccessQuestion, type PolicyDecision, type Statement } from './policy.ts';

/** What somebody wants to do to something. */
export interface AccessRequest {
  readonly principal: Principal;
  readonly region: string;
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** What the resource itself says about access, e.g. the policy of a queue. */
  readonly resourcePolicy?: readonly Statement[];
  /** Whose the resource is, where its ARN does not say so. */
  readonly resourceAccount?: string;
  readonly context?: ConditionContext;
}

/** The permissions of all roles of the account. */
export interface AccessControl {
  /** ARN of the role. Replaces what was there. */
  setRole(arn: string, statements: readonly Statement[]): void;
  removeRole(arn: string): void;
  hasRole(arn: string): boolean;
  /** What the policies of the role alone say, whatever the resource's own policy. */
  decideByRole(request: Omit<AccessRequest, 'resourcePolicy'>): PolicyDecision;
  isAllowed(request: AccessRequest): boolean;
  /** Throws the service's refusal, naming action and resource. */
  require(request: AccessRequest): void;
}

/** Every question to the policies of a role is noted in the record, whatever becomes of the request. */
export function createAccessControl(account: string, record?: AccessRecord): AccessControl {
  const roles = new Map<string, readonly Statement[]>();

  function toQuestion({ principal, region, action, resource, context }: AccessRequest): AccessQuestion {
    const known = {
      'aws:RequestedRegion': region,
      'aws:ResourceAccount': account,
      's3:ResourceAccount': account,
      'aws:PrincipalAccount': principal.account,
      'aws:PrincipalArn': principal.arn,
      // The sandbox speaks plain HTTP where AWS speaks TLS; a policy that insists on TLS is meant for AWS.
      'aws:SecureTransport': 'true',
    };
    return { action, resource, context: { ...known, ...context } };
  }

  function decideByRole(request: AccessRequest): PolicyDecision {
    const { principal } = request;
    if (isAdmin(principal)) return 'allow';
    const statements = roles.get(principal.arn) ?? [];
    const question = toQuestion(request);
    const byRole = decide(statements, question);
    const { region, action, resource } = request;
    const grants = record === undefined ? [] : grantsOf(statements, question);
    record?.note({ principal, region, action, resource, byRole, grants });
    return byRole;
  }

  function judge(request: AccessRequest): PolicyDecision {
    const { principal, resourcePolicy = [] } = request;
    const foreign = isForeign(request);
    if (isAdmin(principal) && !foreign) return 'allow';
    const caller = { kind: 'AWS', arn: principal.arn, account: principal.account } as const;
    const byRole = decideByRole(request);
    const byResource = decide(resourcePolicy, { ...toQuestion(request), caller });
    if (byRole === 'deny' || byResource === 'deny') return 'deny';
    const allowing = [byRole, byResource].filter((decision) => decision === 'allow').length;
    return allowing >= (foreign ? 2 : 1) ? 'allow' : 'silent';
  }

  return {
    setRole: (arn, statements) => void roles.set(arn, statements),
    removeRole: (arn) => void roles.delete(arn),
    hasRole: (arn) => roles.has(arn),
    decideByRole,
    isAllowed: (request) => judge(request) === 'allow',
    require(request) {
      const decision = judge(request);
      if (decision === 'allow') return;
      throw accessDenied(request, decision === 'deny' ? 'with an explicit deny' : 'because no policy allows it');
    },
  };
}

/** Within one account either policy is enough; across accounts it takes both. ARNs of S3 name no account. */
function isForeign({ resource, resourceAccount, principal: { account } }: AccessRequest): boolean {
  const owner = resourceAccount ?? resource.split(':')[4] ?? '';
  return /^\d{12}$/.test(owner) && owner !== account;
}

/** Names of the refusal where a service does not call it `AccessDenied`. */
const NAMES: Readonly<Record<string, readonly [code: string, status: number]>> = {
  sns: ['AuthorizationError', 403],
  dynamodb: ['AccessDeniedException', 400],
  sqs: ['AccessDenied', 403],
  kms: ['AccessDeniedException', 400],
  events: ['AccessDeniedException', 400],
  servicequotas: ['AccessDeniedException', 400],
  states: ['AccessDeniedException', 400],
};

function accessDenied({ principal, action, resource }: AccessRequest, why: string): AwsError {
  const [code, status] = NAMES[action.slice(0, action.indexOf(':'))] ?? ['AccessDenied', 403];
  return new AwsError(
    code,
    status,
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  );
}
