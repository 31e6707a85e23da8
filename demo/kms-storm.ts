import { formatSubject } from '../src/render/subject.ts';
import { KIB, randomContent, SSE_KMS } from './content.ts';
import { advanceFromIdle, lift, plant } from './control.ts';
import type { DemoObject } from './demo-object.ts';
import type { Hearing } from './hearing.ts';
import { REPLICATED_PREFIX, SOURCE } from './places.ts';
import { isHeard, type Scene } from './scene.ts';
import { showObject } from './show-object.ts';
import type { Stage } from './stage.ts';

/** How many objects the storm is about. */
export const STORM_OBJECTS = 6;
const PREFIX = `${REPLICATED_PREFIX}storm/`;

const MINUTE_MS = 60_000;

/** Real time between two minutes of the sandbox, so that what falls due has its turn. */
const PAUSE_MS = 1_500;

/** A reading that was put off because of an earlier throttle comes back within ten minutes. */
const MOST_MINUTES = 15;

/** So much later most readings had another turn; one that came while there was still no room waits for up to ten minutes more. */
const AFTERWARDS_MS = 8 * MINUTE_MS;
const STEP_MS = 3 * MINUTE_MS;
const MOST_STEPS = 10;

/** KMS throttles all that is read under one prefix, until it is heard; then it has mercy, and everything is proved. */
export async function showKmsStorm(stage: Stage, hearing: Hearing, stop: AbortSignal): Promise<Scene> {
  const { bucket, region } = SOURCE;
  const id = await plant(stage, { kind: 'kms-throttle', operation: 'GetObject', bucket, key: `${PREFIX}*` });
  const scene: Scene = {
    id: 'kms-storm',
    what: `KMS throttles ${STORM_OBJECTS} readings, and nobody is accused`,
    awaited: [
      {
        about: [formatSubject({ kind: 'kms-key', keyArn: '*', region })],
        codes: ['kms-throttled'],
        verdict: 'violated',
      },
    ],
  };
  hearing.allow(scene.awaited);
  for (let index = 1; index <= STORM_OBJECTS; index += 1) await showObject(stage, secret(index), hearing);
  for (let minutes = 0; minutes < MOST_MINUTES && !stop.aborted; minutes += 1) {
    await pause();
    if (isHeard(scene, hearing.all())) break;
    await advanceFromIdle(stage, MINUTE_MS); // the watch of limits runs once a minute
  }
  if (id !== undefined) await lift(stage, id);
  await advanceFromIdle(stage, AFTERWARDS_MS);
  for (let steps = 0; steps < MOST_STEPS && isWaiting(hearing) && !stop.aborted; steps += 1) {
    await pause();
    if (isWaiting(hearing)) await advanceFromIdle(stage, STEP_MS);
  }
  return scene;
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

function isWaiting(hearing: Hearing): boolean {
  return hearing.verdicts().some(({ watched: { key }, verdict }) => key.startsWith(PREFIX) && verdict === 'pending');
}

/** The n-th of them, from 1. */
export function stormKey(index: number): string {
  return `${PREFIX}${index}.bin`;
}

function secret(index: number): DemoObject {
  return {
    key: stormKey(index),
    what: 'SSE-KMS in the storm',
    ...randomContent(10 * KIB),
    options: SSE_KMS,
    expect: { kind: 'verified', also: 'replica-matches' },
    expectReplica: { kind: 'verified' },
  };
}
