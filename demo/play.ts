import { createRandom } from '../src/sandbox/random.ts';
import type { DemoObject } from './demo-object.ts';
import { environmentOf } from './environment.ts';
import { readFolder } from './folder.ts';
import { healthyObjects } from './healthy-objects.ts';
import { createHearing } from './hearing.ts';
import { keepUp } from './keep-up.ts';
import type { DemoOptions } from './options.ts';
import { playRegion } from './play-region.ts';
import { playReplication, type Replication } from './play-replication.ts';
import type { Screen } from './screen.ts';
import { showObject } from './show-object.ts';
import { setStage } from './stage.ts';
import { subscribe } from './subscriber.ts';
import { summarise, summariseIntegrity, summariseRegion } from './summary.ts';
import { createTeller } from './teller.ts';
import { troubledObjects } from './troubled-objects.ts';

/** How long to listen for accusations after everything expected was heard, in milliseconds. */
const SILENCE_MS = 2_500;

/** The whole show. Resolves to the exit code. */
export async function play(options: DemoOptions, screen: Screen, stop: AbortSignal): Promise<number> {
  const isAlone = options.acts.every((act) => act === 'region');
  const first = isAlone ? 0 : await playObjects(options, screen, stop);
  if (first === 2 || !options.acts.includes('region')) return first;
  const { stacks, ...rest } = options;
  const outcomes = await playRegion(isAlone && stacks !== undefined ? { ...rest, stacks } : rest, screen, stop);
  return Math.max(first, stop.aborted ? 2 : summariseRegion(outcomes, screen));
}

/** The first two acts. */
async function playObjects(options: DemoOptions, screen: Screen, stop: AbortSignal): Promise<number> {
  const { seed, acts } = options;
  const objects = acts.includes('integrity') ? await chooseObjects(options, screen) : undefined;
  const stage = await setStage({ ...options, progress: screen.progress });
  screen.record({ type: 'started', url: stage.cloud.url, environment: environmentOf(stage.cloud), seed });
  const curtain = new AbortController();
  const teller = createTeller(screen);
  let tell = teller.tell;
  const hearing = createHearing({
    tell: (event) => tell(event),
    now: () => stage.cloud.clock.now(),
    isIdle: () => stage.cloud.isIdle(),
  });
  const listeners = await Promise.all(
    [...stage.topicArns].map(async ([region, topicArn]) =>
      subscribe(stage, { region, topicArn, signal: curtain.signal, hear: hearing.hear }),
    ),
  );
  try {
    if (objects !== undefined) await playIntegrity({ stage, hearing, screen, options, stop, healthy: objects });
    teller.flush();
    if (objects !== undefined && !stop.aborted) summariseIntegrity(hearing, screen);
    tell = teller.record; // from here on people are told of scenes
    const scenes =
      acts.includes('replication') && !stop.aborted
        ? await playReplication({ stage, hearing, screen, options, stop })
        : [];
    if (stop.aborted) {
      screen.progress('interrupted before the end: nothing is judged');
      return 2;
    }
    const exitCode = summarise({ stage, hearing, screen, scenes });
    tell = teller.tell;
    if (options.keep) await keepUp(stage, screen, stop);
    teller.flush();
    return exitCode;
  } finally {
    curtain.abort();
    await Promise.all(listeners.map(({ done }) => done.catch(() => undefined)));
    await stage.close();
  }
}

/** The first act: what can happen to the bytes of an upload. */
async function playIntegrity({ stage, hearing, screen, options, stop, healthy }: Integrity): Promise<void> {
  const { seed, patienceMs } = options;
  const troubled = troubledObjects(createRandom(seed));
  screen.heading(
    `Uploading ${healthy.length} objects, and ${troubled.length} more that something happens to (--seed ${seed})`,
  );
  screen.line('What a subscriber of the alerts hears, and how long after the upload:');
  for (const object of [...healthy, ...troubled]) if (!stop.aborted) await showObject(stage, object, hearing);
  await hearing.settled({ patienceMs, silenceMs: SILENCE_MS, stop });
}

interface Integrity extends Replication {
  readonly healthy: readonly DemoObject[];
}

async function chooseObjects({ folder }: DemoOptions, { progress }: Screen): Promise<readonly DemoObject[]> {
  if (folder === undefined) return healthyObjects();
  const { objects, leftOut } = await readFolder(folder);
  if (leftOut > 0) progress(`${leftOut} files are left out: more than 1 GiB in all, or a name too long for a key`);
  return objects;
}
