import type { EventBridgeClient, ListRulesCommandOutput, Rule } from '@aws-sdk/client-eventbridge';
import { present } from '../../model/observation.ts';
import type { EventRule } from '../../model/wiring.ts';
import type { EventRules } from '../../ports.ts';
import { type ClientOptions, createClientBasis, perRegion } from './clients.ts';
import { toNamedObservation, translateError } from './translate-error.ts';

const sdk = () => import('@aws-sdk/client-eventbridge');

/**
 * Rules on the default bus, which is where S3 sends its events. Its client is made here and nowhere else, so that no function
 * carries it.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
 */
export function createEventBridgeRules(settings: ClientOptions): EventRules {
  const clientOf = createClientOf(settings);
  return {
    async rule(region, name, { signal }) {
      const { DescribeRuleCommand, ListTargetsByRuleCommand } = await sdk();
      const client = await clientOf(region);
      try {
        const rule = await client.send(new DescribeRuleCommand({ Name: name }), { abortSignal: signal });
        const { Targets: targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: name }), {
          abortSignal: signal,
        });
        return present(
          toRule(
            rule,
            targets.map(({ Arn: arn = '' }) => arn),
          ),
        );
      } catch (error) {
        return toNamedObservation(error, 'EventRules.rule');
      }
    },
    async *list(region, { signal }) {
      const { ListRulesCommand } = await sdk();
      const client = await clientOf(region);
      let token: string | undefined;
      do {
        const command = new ListRulesCommand(token === undefined ? {} : { NextToken: token });
        const page: ListRulesCommandOutput = await translated('list', client.send(command, { abortSignal: signal }));
        for (const rule of page.Rules ?? []) yield toRule(rule, []);
        token = page.NextToken;
      } while (token !== undefined);
    },
    async put(region, rule, { signal }) {
      const { ListTargetsByRuleCommand, PutRuleCommand, PutTargetsCommand, RemoveTargetsCommand } = await sdk();
      const client = await clientOf(region);
      const { name, pattern, description, targets: arns } = rule;
      const options = { abortSignal: signal };
      const put = new PutRuleCommand({ Name: name, EventPattern: pattern, Description: description, State: 'ENABLED' });
      await translated('put', client.send(put, options));
      const Targets = arns.map((Arn, index) => ({ Id: targetId(index), Arn }));
      const { FailedEntries: failed = [] } = await translated(
        'put',
        client.send(new PutTargetsCommand({ Rule: name, Targets }), options),
      );
      const [refused] = failed;
      if (refused !== undefined) throw translateError(new Error(refused.ErrorMessage ?? 'refused'), 'EventRules.put');
      const { Targets: all = [] } = await translated(
        'put',
        client.send(new ListTargetsByRuleCommand({ Rule: name }), options),
      );
      const surplus = all.flatMap(({ Id: id = '' }) => (Targets.some(({ Id }) => Id === id) ? [] : [id]));
      if (surplus.length > 0)
        await translated('put', client.send(new RemoveTargetsCommand({ Rule: name, Ids: surplus }), options));
    },
    async remove(region, name, { signal }) {
      const { DeleteRuleCommand, ListTargetsByRuleCommand, RemoveTargetsCommand } = await sdk();
      const client = await clientOf(region);
      const options = { abortSignal: signal };
      const { Targets: targets = [] } = await translated(
        'remove',
        client.send(new ListTargetsByRuleCommand({ Rule: name }), options),
      );
      const Ids = targets.map(({ Id: id = '' }) => id);
      if (Ids.length > 0)
        await translated('remove', client.send(new RemoveTargetsCommand({ Rule: name, Ids }), options));
      await translated('remove', client.send(new DeleteRuleCommand({ Name: name }), options));
    },
  };
}

function createClientOf(settings: ClientOptions): (region: string) => Promise<EventBridgeClient> {
  const { common, guard } = createClientBasis(settings);
  return perRegion(async (region) => {
    const { EventBridgeClient } = await sdk();
    return guard(new EventBridgeClient(common(region)));
  });
}

function targetId(index: number): string {
  return `holdfast-${index + 1}`;
}

function toRule(
  { Name: name = '', EventPattern: pattern, Description: description = '', State: state }: Rule,
  targets: readonly string[],
): EventRule {
  return { name, ...(pattern === undefined ? {} : { pattern }), description, enabled: state === 'ENABLED', targets };
}

async function translated<T>(method: 'list' | 'put' | 'remove', answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw translateError(error, `EventRules.${method}`);
  }
}
