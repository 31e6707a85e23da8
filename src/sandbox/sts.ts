import { AwsError, notImplemented } from './aws-error.ts';
import { isAdmin } from './credentials.ts';
import type { Statement } from './iam/policy.ts';
import { decide } from './iam/policy.ts';
import type { Platform } from './platform.ts';
import { queryOperation, queryResponse, requiredParameter } from './query-protocol.ts';
import { randomText } from './random.ts';
import type { SandboxRequest, Service } from './service.ts';
import { toElements } from './aws-error.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

const ASSUME_ROLE_PARAMETERS: ReadonlySet<string> = new Set([
  'Action',
  'Version',
  'RoleArn',
  'RoleSessionName',
  'DurationSeconds',
]);

/** Who may assume which role: `undefined` where there is no such role. */
export type TrustPolicies = (roleArn: string) => readonly Statement[] | undefined;

/** STS: who am I, and who may I be. */
export function createSts(platform: Platform, trustOf: TrustPolicies): Service {
  const { credentials, account, clock, random, access } = platform;

  function callerIdentity(request: SandboxRequest): Readonly<Record<string, string>> {
    const caller = credentials.find(request.principal.accessKeyId);
    return { Arn: caller?.callerArn ?? request.principal.arn, UserId: request.principal.accessKeyId, Account: account };
  }

  function assumeRole({ query, principal, region }: SandboxRequest): string {
    for (const name of query.keys()) {
      if (!ASSUME_ROLE_PARAMETERS.has(name)) throw notImplemented(`the parameter ${name} of AssumeRole`);
    }
    const roleArn = requiredParameter(query, 'RoleArn');
    const sessionName = requiredParameter(query, 'RoleSessionName');
    const trust = trustOf(roleArn);
    const question = { action: 'sts:AssumeRole', resource: roleArn, context: {} };
    const caller = { kind: 'AWS', arn: principal.arn, account: principal.account } as const;
    const trusted = trust !== undefined && (isAdmin(principal) || decide(trust, { ...question, caller }) === 'allow');
    if (!trusted || !access.isAllowed({ principal, region, action: 'sts:AssumeRole', resource: roleArn })) {
      const message = `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
      throw new AwsError('AccessDenied', 403, message);
    }
    const expiresAt = clock.now() + durationSeconds(query) * 1000;
    const at = principal.region === undefined ? {} : { region: principal.region };
    const { credentials: issued, callerArn } = credentials.openSession({ roleArn, sessionName, expiresAt, ...at });
    const shown = {
      AccessKeyId: issued.accessKeyId,
      SecretAccessKey: issued.secretAccessKey,
      SessionToken: issued.sessionToken,
      Expiration: new Date(expiresAt).toISOString(),
    };
    const id = `AROA${randomText(random, 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}:${sessionName}`;
    const user = toElements({ Arn: callerArn, AssumedRoleId: id });
    return `<Credentials>${toElements(shown)}</Credentials><AssumedRoleUser>${user}</AssumedRoleUser>`;
  }

  return {
    operation: queryOperation,
    handle(request) {
      const operation = queryOperation(request);
      const answer = { operation, namespace: NAMESPACE, requestId: request.requestId };
      switch (operation) {
        case 'GetCallerIdentity':
          return Promise.resolve(queryResponse({ ...answer, texts: callerIdentity(request) }));
        case 'AssumeRole':
          return Promise.resolve().then(() => queryResponse({ ...answer, xml: assumeRole(request) }));
        default:
          return Promise.reject(notImplemented(`the STS operation ${operation}`));
      }
    },
  };
}

/** One hour where the client does not say; AWS allows 15 minutes to 12 hours. */
function durationSeconds(query: URLSearchParams): number {
  const seconds = Number(query.get('DurationSeconds') ?? 3600);
  if (seconds >= 900 && seconds <= 43_200) return seconds;
  throw new AwsError('ValidationError', 400, `DurationSeconds is ${seconds}, which is not within 900 and 43200`);
}
