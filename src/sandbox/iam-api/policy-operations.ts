import { escapeXml, toElements } from '../aws-error.ts';
import { requiredParameter } from '../query-protocol.ts';
import { documentIn, noSuchEntity, requireRole, type IamOperation } from './iam-operation.ts';

export const POLICY_OPERATIONS: Readonly<Record<string, IamOperation>> = {
  PutRolePolicy: {
    on: 'RoleName',
    parameters: ['RoleName', 'PolicyName', 'PolicyDocument'],
    run(call) {
      const { roles, input } = call;
      roles.putPolicy(requireRole(call), requiredParameter(input, 'PolicyName'), documentIn(input, 'PolicyDocument'));
      return {};
    },
  },
  GetRolePolicy: {
    on: 'RoleName',
    parameters: ['RoleName', 'PolicyName'],
    run(call) {
      const { name, inline } = requireRole(call);
      const policy = requiredParameter(call.input, 'PolicyName');
      const document = inline.get(policy);
      if (document === undefined) throw noSuchEntity(`The role policy with name ${policy} cannot be found.`);
      return { texts: { RoleName: name, PolicyName: policy, PolicyDocument: encodeURIComponent(document) } };
    },
  },
  DeleteRolePolicy: {
    on: 'RoleName',
    parameters: ['RoleName', 'PolicyName'],
    run(call) {
      const role = requireRole(call);
      const policy = requiredParameter(call.input, 'PolicyName');
      if (!role.inline.has(policy)) throw noSuchEntity(`The role policy with name ${policy} cannot be found.`);
      call.roles.removePolicy(role, policy);
      return {};
    },
  },
  ListRolePolicies: {
    on: 'RoleName',
    parameters: ['RoleName'],
    run(call) {
      const names = [...requireRole(call).inline.keys()].map((name) => `<member>${escapeXml(name)}</member>`);
      return { texts: { IsTruncated: 'false' }, xml: `<PolicyNames>${names.join('')}</PolicyNames>` };
    },
  },
  ListAttachedRolePolicies: {
    on: 'RoleName',
    parameters: ['RoleName'],
    run(call) {
      const attached = requireRole(call).attached.map((PolicyArn) => {
        const shown = { PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1), PolicyArn };
        return `<member>${toElements(shown)}</member>`;
      });
      return { texts: { IsTruncated: 'false' }, xml: `<AttachedPolicies>${attached.join('')}</AttachedPolicies>` };
    },
  },
};
