import { lift, plant } from './control.ts';
import { LEDGER, OTHER_LEDGER } from './places.ts';
import { HELD_BACK } from './region-scenery.ts';
import { ask, askRoutes, lastHeard, type RegionStory, takeOut, toOutcome, write } from './region-story.ts';
import { pass, until } from './region-time.ts';

/** Longer than the RPO budget of the configuration, in milliseconds. */
const OVER_BUDGET_MS = 10 * 60_000;

/** A checkpoint is unknown after three minutes. */
const BLIND_MS = 4 * 60_000;

interface Refusal {
  readonly id: string;
  readonly what: string;
  /** The guard that must forbid it. */
  readonly guard: string;
  /** Whether the plan of a person is shown as well. */
  readonly showsPlan?: true;
}

/** The Region fails once more right after the way back: to go there and back again would be worse than to wait. */
export async function refuseFlap(story: RegionStory): Promise<void> {
  await refuse(story, {
    id: 'refused-flap',
    what: 'the Region fails again at once: no second switch within the cool-down',
    guard: 'cool-down',
  });
}

/** A version has been on its way for longer than the budget allows to lose. */
export async function refuseLoss(story: RegionStory): Promise<void> {
  const { bucket } = LEDGER;
  const key = `${HELD_BACK}large-order.json`;
  await plant(story.stage, { kind: 'delay-replication', delayMs: 2 * OVER_BUDGET_MS, bucket, key, times: 1 });
  await write(story, key, 'an order');
  await pass(story, OVER_BUDGET_MS); // longer than the cool-down as well
  await refuse(story, {
    id: 'refused-loss',
    what: 'too much would be lost: it is left to a person, who sees this',
    guard: 'rpo-budget',
    showsPlan: true,
  });
}

/** The list of what is pending cannot be read: what would be lost is not zero, but unknown. */
export async function refuseUnknown(story: RegionStory): Promise<void> {
  const { stage } = story;
  const { region } = OTHER_LEDGER;
  const id = await plant(stage, { kind: 'throttle', service: 'dynamodb', operation: 'Query', region });
  await pass(story, BLIND_MS);
  await refuse(story, {
    id: 'refused-unknown',
    what: 'nobody knows what would be lost: unknown is not zero',
    guard: 'backlog-known',
  });
  if (id !== undefined) await lift(stage, id);
}

async function refuse(story: RegionStory, { id, what, guard, showsPlan }: Refusal): Promise<void> {
  const { stage, screen } = story;
  const since = stage.cloud.clock.now();
  const end = await takeOut(story);
  const isBlocked = (): boolean => lastHeard(story, 'failover-blocked', since) !== undefined;
  await until(isBlocked, story, 18);
  const { decision, changes } = await askRoutes(story);
  const against = decision.reasons.filter(({ passes }) => !passes);
  const plan = showsPlan && (await ask(story, 'failover', '--to', OTHER_LEDGER.region, '--dry-run'));
  await end();
  story.tell(
    toOutcome(
      { id, what },
      {
        decisive: lastHeard(story, 'failover-blocked', since),
        complaint: changes.some(({ decidedAt }) => Date.parse(decidedAt) >= since)
          ? 'the routes were changed all the same'
          : decision.action !== 'blocked'
            ? `Holdfast would ${decision.action}`
            : against.some((reason) => reason.guard === guard)
              ? undefined
              : `${guard} has nothing against it`,
      },
    ),
  );
  for (const reason of against) screen.line(`      ✗ ${reason.guard}: ${reason.text}`);
  for (const line of plan?.stdout.trimEnd().split('\n') ?? []) screen.line(`      ${line}`);
  await pass(story, 90_000);
}
