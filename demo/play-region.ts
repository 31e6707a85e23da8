import { createMrapClient } from '../src/adapters/aws/mrap-client.ts';
import { createHearing } from './hearing.ts';
import type { DemoOptions } from './options.ts';
import { REGION_SCENERY, WITNESS } from './region-scenery.ts';
import { settle, showFailback, showFailover, showRecovery, showWrites } from './region-failover.ts';
import { refuseFlap, refuseLoss, refuseUnknown } from './region-refusals.ts';
import { type RegionStory, write } from './region-story.ts';
import type { Outcome } from './scene.ts';
import type { Screen } from './screen.ts';
import { showScene } from './show-scene.ts';
import { setStage } from './stage.ts';
import { subscribe } from './subscriber.ts';
import { createTeller } from './teller.ts';

/** In milliseconds of the sandbox. */
const WRITE_EVERY_MS = 60_000;

/** The third act, in a cloud of its own: a Region is out. Answers how each scene ended; none where it was interrupted. */
export async function playRegion(
  { seed, stacks }: Pick<DemoOptions, 'seed' | 'stacks'>,
  screen: Screen,
  stop: AbortSignal,
): Promise<readonly Outcome[]> {
  const stage = await setStage({
    port: 0,
    seed,
    scenery: REGION_SCENERY,
    progress: screen.progress,
    ...(stacks === undefined ? {} : { stacks }),
  });
  const curtain = new AbortController();
  const { record } = createTeller(screen);
  const hearing = createHearing({
    tell: record,
    now: () => stage.cloud.clock.now(),
    isIdle: () => stage.cloud.isIdle(),
  });
  const listeners = await Promise.all(
    [...stage.topicArns].map(async ([region, topicArn]) =>
      subscribe(stage, { region, topicArn, signal: curtain.signal, hear: hearing.hear }),
    ),
  );
  const outcomes: Outcome[] = [];
  try {
    screen.heading('A Region is out: what happened, what the subscriber heard, what was changed and why');
    const { url, credentials } = stage.cloud;
    const client = await createMrapClient({ region: WITNESS, endpoint: url, credentials });
    let wroteAtMs = 0;
    const story: RegionStory = {
      stage,
      hearing,
      screen,
      stop,
      client,
      // Somebody writes once a minute: as long as the Region is out and nobody switches, that fails.
      async goOn() {
        const nowMs = stage.cloud.clock.now();
        if (nowMs - wroteAtMs < WRITE_EVERY_MS) return;
        wroteAtMs = nowMs;
        await write(story, `entries/${nowMs}.json`, String(nowMs)).catch(() => undefined);
      },
      tell(outcome) {
        outcomes.push(outcome);
        showScene(outcome, screen);
      },
    };
    await settle(story);
    const end = await showFailover(story);
    await showWrites(story);
    await showRecovery(story, end);
    await showFailback(story);
    await refuseFlap(story);
    await refuseLoss(story);
    await refuseUnknown(story);
    return stop.aborted ? [] : outcomes;
  } finally {
    curtain.abort();
    await Promise.all(listeners.map(({ done }) => done.catch(() => undefined)));
    await stage.close();
  }
}
