import {
  type ContextEntry,
  type EvaluationResult,
  GetRoleCommand,
  type IAMClient,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import type { AccessAnswer, AccessQuestion, RoleDecision } from '../../model/access.ts';
import { roleNameOf } from '../../model/arn.ts';
import { present } from '../../model/observation.ts';
import type { Call, RolePermissions } from '../../ports.ts';
import type { WatchClients } from './watch-clients.ts';
import { toFailure, toNamedObservation } from './translate-error.ts';

/** IAM has one endpoint for each partition, which answers under the name of one of its Regions. */
const REGION_BY_PARTITION: Readonly<Record<string, string>> = {
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

/**
 * What the policies of a role say, as IAM simulates them. It takes no resource policy for a role: those are judged elsewhere.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export function createIamRolePermissions(clients: Pick<WatchClients, 'iam'>): RolePermissions {
  const clientFor = async (roleArn: string): Promise<IAMClient> =>
    clients.iam(REGION_BY_PARTITION[roleArn.split(':')[1] ?? ''] ?? 'us-east-1');
  return {
    async trust(roleArn, { signal }) {
      try {
        const client = await clientFor(roleArn);
        const command = new GetRoleCommand({ RoleName: roleNameOf(roleArn) });
        const { Role: role } = await client.send(command, { abortSignal: signal });
        // IAM gives documents percent-encoded. A role of the same name in our own account is not the one that is asked for.
        if (role?.AssumeRolePolicyDocument === undefined || role.Arn !== roleArn) {
          return role?.Arn === roleArn ? { state: 'absent' } : { state: 'unreadable', reason: 'access-denied' };
        }
        return present(decodeURIComponent(role.AssumeRolePolicyDocument));
      } catch (error) {
        return toNamedObservation(error, 'RolePermissions.trust');
      }
    },
    async simulate(roleArn, questions, call) {
      try {
        const client = await clientFor(roleArn);
        const groups = groupAlike(questions);
        const decided = await Promise.all(groups.map(async (group) => simulateGroup(client, { roleArn, group }, call)));
        const decisions = new Map(decided.flat());
        return present(questions.map((question) => answer(question, decisions.get(question))));
      } catch (error) {
        // What IAM says of a role of another account, which nobody can simulate from here.
        if (toFailure(error).code.startsWith('InvalidInput')) return { state: 'unreadable', reason: 'access-denied' };
        return toNamedObservation(error, 'RolePermissions.simulate');
      }
    },
  };
}

function answer(question: AccessQuestion, decision: RoleDecision | undefined): AccessAnswer {
  return { ...question, decision: decision ?? 'unclear' };
}

/** Questions about one resource in one context, which IAM answers together. */
function groupAlike(questions: readonly AccessQuestion[]): readonly (readonly [AccessQuestion, ...AccessQuestion[]])[] {
  const groups = new Map<string, [AccessQuestion, ...AccessQuestion[]]>();
  for (const question of questions) {
    const id = JSON.stringify([question.example, question.context]);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [question]);
    else group.push(question);
  }
  return [...groups.values()];
}

interface Simulation {
  readonly roleArn: string;
  readonly group: readonly [AccessQuestion, ...AccessQuestion[]];
}

async function simulateGroup(
  client: IAMClient,
  { roleArn, group }: Simulation,
  { signal }: Call,
): Promise<readonly (readonly [AccessQuestion, RoleDecision])[]> {
  const [{ example, context }] = group;
  const command = new SimulatePrincipalPolicyCommand({
    PolicySourceArn: roleArn,
    ActionNames: group.map(({ action }) => action),
    ResourceArns: [example],
    ContextEntries: Object.entries(context).map(([name, value]) => toEntry(name, value)),
  });
  const { EvaluationResults: results = [] } = await client.send(command, { abortSignal: signal });
  return group.map((question) => {
    const result = results.find(({ EvalActionName: name }) => name?.toLowerCase() === question.action.toLowerCase());
    return [question, toDecision(question, result)] as const;
  });
}

function toEntry(name: string, value: string): ContextEntry {
  const isFlag = value === 'true' || value === 'false';
  return { ContextKeyName: name, ContextKeyValues: [value], ContextKeyType: isFlag ? 'boolean' : 'string' };
}

function toDecision({ action }: AccessQuestion, result: EvaluationResult | undefined): RoleDecision {
  switch (result?.EvalDecision) {
    case 'allowed':
      return 'allowed';
    case 'explicitDeny':
      return 'denied';
    case 'implicitDeny': {
      // A statement may allow it under a condition on something that nobody told the simulator, which lists the keys of all
      // statements: those of another service decide nothing here.
      const [service = ''] = action.split(':');
      const open = (result.MissingContextValues ?? []).filter(
        (key) => /^aws:/i.test(key) || key.startsWith(`${service}:`),
      );
      return open.length === 0 ? 'silent' : 'unclear';
    }
    default:
      return 'unclear';
  }
}
