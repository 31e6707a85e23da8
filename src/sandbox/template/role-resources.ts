import { listProperty, physicalName, type ResourceKind } from './resource-kind.ts';
import { asRecord } from '../record.ts';

/** Managed policies whose permissions concern nothing that the sandbox has. */
const HARMLESS: ReadonlySet<string> = new Set(['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']);

export const ROLE_RESOURCES: Readonly<Record<string, ResourceKind>> = {
  'AWS::IAM::Role': {
    honoured: ['AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Policies', 'RoleName'],
    recorded: ['Description', 'MaxSessionDuration', 'Path', 'Tags'],
    create(request) {
      const { site, properties, logicalId } = request;
      const unknown = listProperty(request, 'ManagedPolicyArns').find((arn) => !HARMLESS.has(String(arn)));
      if (unknown !== undefined)
        throw new Error(`${logicalId}: the sandbox does not know the managed policy ${JSON.stringify(unknown)}`);
      const name = physicalName(request, properties['RoleName']);
      const policies = listProperty(request, 'Policies').map((policy, index): [string, unknown] => {
        const { PolicyName, PolicyDocument } = asRecord(policy, 'Policies');
        return [typeof PolicyName === 'string' ? PolicyName : `policy-${index + 1}`, PolicyDocument];
      });
      const arn = site.roles.create(name, {
        trust: properties['AssumeRolePolicyDocument'],
        policies: Object.fromEntries(policies),
        attached: listProperty(request, 'ManagedPolicyArns').map(String),
      });
      return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name}` }, remove: () => site.roles.remove(arn) };
    },
  },
};
