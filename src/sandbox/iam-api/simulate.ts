import { escapeXml, notImplemented, toElements } from '../aws-error.ts';
import type { ConditionContext } from '../iam/condition.ts';
import { decide, type PolicyDecision } from '../iam/policy.ts';
import { groups, requiredParameter, type QueryInput } from '../query-protocol.ts';
import { noSuchEntity, type IamOperation } from './iam-operation.ts';

const WORDS: Readonly<Record<PolicyDecision, string>> = {
  allow: 'allowed',
  deny: 'explicitDeny',
  silent: 'implicitDeny',
};

export const SIMULATE_OPERATIONS: Readonly<Record<string, IamOperation>> = {
  /** What the policies of the role allow; like IAM it knows of the world only what the context entries say. */
  SimulatePrincipalPolicy: {
    on: 'PolicySourceArn',
    parameters: ['PolicySourceArn', 'ActionNames', 'ResourceArns', 'ContextEntries'],
    run({ roles, input, arn }) {
      requiredParameter(input, 'PolicySourceArn');
      if (!roles.has(arn)) throw noSuchEntity(`The policy source ${arn} cannot be found.`);
      const statements = roles.statementsOf(arn);
      const context = contextIn(input);
      const missing = new Set(statements.flatMap(({ conditions }) => conditions.map(({ key }) => key)));
      for (const key of Object.keys(context)) missing.delete(key);
      const resources = members(input, 'ResourceArns');
      const results = members(input, 'ActionNames').flatMap((action) =>
        (resources.length === 0 ? ['*'] : resources).map((resource) => {
          const shown = {
            EvalActionName: action,
            EvalResourceName: resource,
            EvalDecision: WORDS[decide(statements, { action, resource, context })],
          };
          const absent = [...missing].map((key) => `<member>${escapeXml(key)}</member>`).join('');
          return `<member>${toElements(shown)}<MatchedStatements/><MissingContextValues>${absent}</MissingContextValues></member>`;
        }),
      );
      return {
        texts: { IsTruncated: 'false' },
        xml: `<EvaluationResults>${results.join('')}</EvaluationResults>`,
      };
    },
  },
};

function members(input: QueryInput, name: string): readonly string[] {
  return groups(input, `${name}.member`).map((group) => group[''] ?? '');
}

function contextIn(input: QueryInput): ConditionContext {
  const entries = groups(input, 'ContextEntries.member').map((entry): [string, string | undefined] => {
    const key = entry['ContextKeyName'] ?? '';
    if (entry['ContextKeyValues.member.2'] !== undefined)
      throw notImplemented(`several values of the context key ${key}`);
    return [key, entry['ContextKeyValues.member.1']];
  });
  return Object.fromEntries(entries);
}
