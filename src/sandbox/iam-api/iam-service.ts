import { AwsError, notImplemented } from '../aws-error.ts';
import type { AccessControl } from '../iam/access.ts';
import type { RoleRegister } from '../iam/roles.ts';
import { queryOperation, queryResponse, type QueryResult } from '../query-protocol.ts';
import type { Service } from '../service.ts';
import type { IamOperation } from './iam-operation.ts';
import { POLICY_OPERATIONS } from './policy-operations.ts';
import { ROLE_OPERATIONS } from './role-operations.ts';
import { SIMULATE_OPERATIONS } from './simulate.ts';

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/';

const OPERATIONS: Readonly<Record<string, IamOperation>> = {
  ...ROLE_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...SIMULATE_OPERATIONS,
};

/** IAM, which is one for all Regions: the roles of the account and their policies. */
export function createIam({
  access,
  account,
  roles,
}: {
  readonly access: AccessControl;
  readonly account: string;
  readonly roles: RoleRegister;
}): Service {
  return {
    operation: queryOperation,
    handle(request) {
      return Promise.resolve().then(() => {
        const name = queryOperation(request);
        const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
        if (operation === undefined) throw notImplemented(`the IAM operation ${name}`);
        const { query: input, principal, region, requestId } = request;
        for (const given of input.keys()) {
          const [parameter = ''] = given.split('.');
          if (!['Action', 'Version', ...operation.parameters].includes(parameter))
            throw notImplemented(`the parameter ${parameter} of ${name}`);
        }
        const named = input.get(operation.on) ?? '';
        const resource = named.startsWith('arn:') ? named : `arn:aws:iam::${account}:role/${named}`;
        access.require({ principal, region, action: `iam:${name}`, resource });
        const result = withRefusals(() => operation.run({ roles, input, arn: resource }));
        return queryResponse({ operation: name, namespace: NAMESPACE, requestId, ...result });
      });
    },
  };
}

/** A policy that the sandbox does not evaluate in full is refused by name, like everything that it does not do. */
function withRefusals(run: () => QueryResult): QueryResult {
  try {
    return run();
  } catch (error) {
    if (error instanceof AwsError || !(error instanceof Error)) throw error;
    throw new AwsError('NotImplemented', 501, error.message);
  }
}
