import type { Platform } from '../platform.ts';
import type { BusEvent } from '../service.ts';
import { passesFilter } from '../sns/filter-policy.ts';
import type { BusHome, Rule } from './rule.ts';

/** The default buses of all accounts in all Regions. */
export interface EventBus {
  find(home: BusHome, name: string): Rule | undefined;
  /** In the order of their names. */
  rules(home: BusHome): readonly Rule[];
  put(rule: Rule): void;
  remove(rule: Rule): void;
  /** Hands an event to the targets of all rules that match it. A target that refuses it does not get it. */
  publish(event: BusEvent): Promise<void>;
}

export function createEventBus({ deliver }: Pick<Platform, 'deliver'>): EventBus {
  const rules = new Map<string, Rule>();
  const rulesOf = ({ region, account }: BusHome): readonly Rule[] =>
    [...rules.values()]
      .filter((rule) => rule.region === region && rule.account === account)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));

  async function send(rule: Rule, event: BusEvent): Promise<void> {
    for (const { arn } of rule.targets.values()) {
      try {
        await deliver({
          targetArn: arn,
          body: JSON.stringify(event),
          sender: 'events.amazonaws.com',
          sourceArn: rule.arn,
          sourceAccount: rule.account,
        });
      } catch {
        // A target that is not there, or lets nobody in, is not tried again: AWS drops the event too, where no queue for
        // dead letters is named. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
      }
    }
  }

  return {
    find: (home, name) => rules.get(idOf(home, name)),
    rules: rulesOf,
    put: (rule) => void rules.set(idOf(rule, rule.name), rule),
    remove: (rule) => void rules.delete(idOf(rule, rule.name)),
    async publish(event) {
      for (const rule of rulesOf(event))
        if (rule.enabled && passesFilter(rule.filter, { ...event })) await send(rule, event);
    },
  };
}

function idOf({ region, account }: BusHome, name: string): string {
  return JSON.stringify([region, account, name]);
}
