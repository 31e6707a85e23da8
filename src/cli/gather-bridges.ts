import { valueOf } from '../model/observation.ts';
import type { PairFacts, Side } from '../model/pair-facts.ts';
import { bridgedEvents, ruleName } from '../policy/bridge-rule.ts';
import type { Call, EventRules } from '../ports.ts';

/**
 * The same facts, with the events that a rule of `holdfast wire` sends to the queue. Only people ask: no function knows EventBridge,
 * and to one the events of such a bucket stay undecided.
 */
export async function gatherBridges(
  facts: PairFacts,
  { stage, rules }: { readonly stage: string; readonly rules: EventRules },
  call: Call,
): Promise<PairFacts> {
  const [source, destination] = await Promise.all(
    (['source', 'destination'] as const).map(async (side) => eventsOf(side)),
  );
  return { ...facts, bridged: { ...(source && { source }), ...(destination && { destination }) } };

  async function eventsOf(side: Side): Promise<readonly string[] | undefined> {
    const queue = facts.signals[side];
    const notifications = facts[side].notifications;
    const isOn = notifications !== undefined && valueOf(notifications)?.eventBridge === true;
    if (queue?.state !== 'present' || !isOn) return undefined;
    const { bucket, region } = facts.link[side];
    const rule = await rules.rule(region, ruleName({ stage, bucket }), call);
    return rule.state === 'present' ? bridgedEvents(rule.value, { bucket, queueArn: queue.value }) : undefined;
  }
}
