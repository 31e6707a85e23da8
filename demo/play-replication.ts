import { createRandom } from '../src/sandbox/random.ts';
import { bystanders } from './bystanders.ts';
import { showConflict } from './conflict.ts';
import type { Hearing } from './hearing.ts';
import { showKmsStorm } from './kms-storm.ts';
import { showEarlyExpiry } from './lifecycle.ts';
import { fillPrefix, showMassDelete } from './mass-delete.ts';
import type { DemoOptions } from './options.ts';
import { repair } from './repair.ts';
import { ORDERS } from './places.ts';
import { replicaScenes } from './replica-scenes.ts';
import { isHeard, judgeScene, type Outcome, type Scene } from './scene.ts';
import type { Screen } from './screen.ts';
import { showObject } from './show-object.ts';
import { showReplica } from './show-replica.ts';
import { showScene } from './show-scene.ts';
import type { Stage } from './stage.ts';

/** How long to listen for accusations after everything expected was heard, in milliseconds: a look, and one that confirms it. */
const SILENCE_MS = 3_500;

/** Tags may still be on their way at any look but the last. */
const CHANGEABLE = 'tags';

/** Heard as soon as the watch of the backlog runs, once a minute. */
const BACKLOG: Scene = {
  id: 'backlog',
  what: 'what was lost is still owed, and the pair says so',
  awaited: [{ about: [ORDERS], codes: ['replica-overdue'], verdict: 'violated' }],
};

export interface Replication {
  readonly stage: Stage;
  readonly hearing: Hearing;
  readonly screen: Screen;
  readonly options: Pick<DemoOptions, 'seed' | 'patienceMs'>;
  readonly stop: AbortSignal;
}

/** The second act: what can happen to replicas. Answers how each scene ended; none where it was interrupted. */
export async function playReplication({
  stage,
  hearing,
  screen,
  options,
  stop,
}: Replication): Promise<readonly Outcome[]> {
  const { seed, patienceMs } = options;
  const outcomes: Outcome[] = [];
  const tell = (outcome: Outcome): void => {
    outcomes.push(outcome);
    showScene(outcome, screen);
  };
  const begin = (scene: Scene): Scene => {
    hearing.allow([...scene.awaited, ...(scene.tolerated ?? [])]);
    return scene;
  };
  const finish = async (...scenes: readonly Scene[]): Promise<void> => {
    let patient = true; // where one was not heard in time, the others beside it have had as long
    for (const scene of scenes) {
      if (patient) await hearing.until(() => isHeard(scene, hearing.all()), { patienceMs, stop });
      patient &&= isHeard(scene, hearing.all());
      if (!stop.aborted) tell(judgeScene(scene, hearing.all()));
    }
  };

  screen.heading('Replication: what happened, what the subscriber heard, who acts and how');
  for (const object of bystanders()) await showObject(stage, object, hearing);
  const ofReplicas: Scene[] = [];
  for (const planned of replicaScenes(createRandom(seed + 1)))
    ofReplicas.push(begin(await showReplica(stage, planned)));
  const conflict = begin(await showConflict(stage));
  hearing.allow(BACKLOG.awaited);
  const failed = ofReplicas.filter(({ id }) => id.startsWith('failed-'));
  await finish(...failed);
  if (stop.aborted) return [];
  const changeable = ofReplicas.filter(({ id }) => id === CHANGEABLE);
  const others = ofReplicas.filter((scene) => !failed.includes(scene) && !changeable.includes(scene));
  const hearOthers = async (): Promise<void> => {
    await finish(...others, conflict);
    await fillPrefix(stage);
  };
  const versions = failed.flatMap(({ awaited }) => versionsIn(awaited));
  const [repaired] = await Promise.all([repair(stage, versions), hearOthers()]);
  tell(repaired);
  await finish(...changeable);
  // From here on sandbox time is moved, and everything with it.
  const deletes = begin(await showMassDelete(stage));
  await finish(deletes);
  if (stop.aborted) return [];
  await finish(await showKmsStorm(stage, hearing, stop), BACKLOG);
  if (stop.aborted) return [];
  await finish(begin(await showEarlyExpiry(stage)));
  await hearing.settled({ patienceMs, silenceMs: SILENCE_MS, stop });
  return stop.aborted ? [] : outcomes;
}

function versionsIn(awaited: Scene['awaited']): readonly { readonly key: string; readonly versionId: string }[] {
  return awaited.flatMap(({ about }) =>
    about.map((name) => {
      const [, key = '', versionId = ''] = JSON.parse(name) as readonly string[];
      return { key, versionId };
    }),
  );
}
