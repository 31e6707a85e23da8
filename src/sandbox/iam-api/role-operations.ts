import { AwsError, toElements } from '../aws-error.ts';
import type { Role } from '../iam/roles.ts';
import { requiredParameter } from '../query-protocol.ts';
import { documentIn, requireRole, type IamOperation } from './iam-operation.ts';

export const ROLE_OPERATIONS: Readonly<Record<string, IamOperation>> = {
  CreateRole: {
    on: 'RoleName',
    parameters: ['RoleName', 'AssumeRolePolicyDocument', 'Description', 'MaxSessionDuration'],
    run({ roles, input }) {
      const name = requiredParameter(input, 'RoleName');
      if (roles.find(name) !== undefined)
        throw new AwsError('EntityAlreadyExists', 409, `Role with name ${name} already exists.`);
      roles.create(name, { trust: documentIn(input, 'AssumeRolePolicyDocument'), policies: {} });
      return { xml: describe(roles.find(name)) };
    },
  },
  GetRole: {
    on: 'RoleName',
    parameters: ['RoleName'],
    run: (call) => ({ xml: describe(requireRole(call)) }),
  },
  DeleteRole: {
    on: 'RoleName',
    parameters: ['RoleName'],
    run(call) {
      const { arn, inline } = requireRole(call);
      if (inline.size > 0)
        throw new AwsError('DeleteConflict', 409, 'Cannot delete entity, must delete policies first.');
      call.roles.remove(arn);
      return {};
    },
  },
  UpdateAssumeRolePolicy: {
    on: 'RoleName',
    parameters: ['RoleName', 'PolicyDocument'],
    run(call) {
      call.roles.setTrust(requireRole(call), documentIn(call.input, 'PolicyDocument'));
      return {};
    },
  },
};

/** IAM gives documents percent-encoded. */
function describe(role: Role | undefined): string {
  if (role === undefined) return '';
  const { name, arn, createdAtMs, trust } = role;
  const shown = {
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]/g, '')
      .padEnd(16, 'X')
      .slice(0, 16)}`,
    Arn: arn,
    CreateDate: new Date(createdAtMs).toISOString(),
    AssumeRolePolicyDocument: encodeURIComponent(trust),
  };
  return `<Role>${toElements(shown)}</Role>`;
}
