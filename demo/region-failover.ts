import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { plant } from './control.ts';
import type { Run } from './holdfast.ts';
import { LEDGER, OTHER_LEDGER } from './places.ts';
import { HELD_BACK } from './region-scenery.ts';
import { ask, askRoutes, hear, lastHeard, type RegionStory, takeOut, toOutcome, write } from './region-story.ts';
import { pass, until } from './region-time.ts';

/** How long replicas of what is held back are on their way, in milliseconds. */
const HELD_BACK_MS = 5 * 60_000;

/** Of the key that is written at both sides. */
const CONTESTED = `${HELD_BACK}balance.json`;

/** Rounds until observers agree, a controller decides and reads prove it. */
const FAILOVER_ROUNDS = 30;

/** All is well and seen to be so: probes of three Regions, checkpoints of both links, both Regions ready. */
export async function settle(story: RegionStory): Promise<void> {
  const isSettled = async (): Promise<boolean> => {
    const { decision, notKnown } = await askRoutes(story);
    return notKnown.length === 0 && decision.health.every(({ health }) => health === 'healthy');
  };
  for (let index = 1; index <= 5; index += 1) await write(story, `entries/${index}.json`, `entry ${index}`);
  await pass(story, 150_000);
  if (!(await until(isSettled, story, 12))) throw new Error('the observers did not agree that all is well');
}

/** Two writes are on their way when everything in a Region ends: traffic goes elsewhere, and what is missing is listed. */
export async function showFailover(story: RegionStory): Promise<() => Promise<void>> {
  const { stage, screen } = story;
  await plant(stage, {
    kind: 'delay-replication',
    delayMs: HELD_BACK_MS,
    bucket: LEDGER.bucket,
    key: `${HELD_BACK}*`,
    times: 2,
  });
  await write(story, CONTESTED, 'the balance before');
  await write(story, `${HELD_BACK}receipt.pdf`, 'a receipt');
  await pass(story, 90_000); // the watch of the backlog runs once a minute
  const since = stage.cloud.clock.now();
  const end = await takeOut(story);
  const decisive = await hear(story, 'failover-effective', { since, rounds: FAILOVER_ROUNDS });
  const { changes } = await askRoutes(story);
  const change = changes.findLast(({ kind }) => kind === 'failover');
  const manifest = change === undefined ? undefined : await ask(story, 'routes', '--manifest', change.id);
  const listed = manifest?.stdout.includes(CONTESTED) === true && manifest.stdout.includes('receipt.pdf');
  story.tell(
    toOutcome(
      { id: 'failover', what: `everything in ${LEDGER.region} is out: Holdfast switches by itself` },
      {
        decisive,
        ...(decisive === undefined ? {} : { afterMs: Date.parse(decisive.time) - since }),
        complaint:
          change?.by !== 'automatic'
            ? 'no automatic failover'
            : decisive === undefined
              ? 'failover-effective was not heard in time'
              : listed
                ? undefined
                : 'the manifest does not list what was left behind',
      },
    ),
  );
  for (const reason of change?.reasons ?? []) screen.line(`      because ${reason}`);
  for (const line of (manifest?.stdout ?? '').trimEnd().split('\n')) screen.line(`    ${line}`);
  return end;
}

/** A client that knows the access point alone goes on, and its writes are in the other Region. */
export async function showWrites(story: RegionStory): Promise<void> {
  const versionId = await write(story, CONTESTED, 'the balance after');
  const { bucket: Bucket, region } = OTHER_LEDGER;
  const found = await story.stage
    .s3(region)
    .send(new HeadObjectCommand({ Bucket, Key: CONTESTED, VersionId: versionId }))
    .catch(() => undefined);
  story.tell(
    toOutcome(
      { id: 'writes-elsewhere', what: `a client writes through the access point: it is in ${region}` },
      { complaint: found === undefined ? `the write is not in ${Bucket}` : undefined },
    ),
  );
}

/** The Region comes back, and what it still had on its way arrives after newer writes of the same keys. */
export async function showRecovery(story: RegionStory, end: () => Promise<void>): Promise<void> {
  const since = story.stage.cloud.clock.now();
  await end();
  const recovered = await hear(story, 'region-recovered', { since, rounds: 30 });
  story.tell(
    toOutcome(
      { id: 'recovery', what: `${LEDGER.region} is there again: nothing switches back by itself` },
      {
        decisive: recovered,
        complaint: recovered === undefined ? 'region-recovered was not heard in time' : undefined,
      },
    ),
  );
  await pass(story, HELD_BACK_MS);
  const late =
    lastHeard(story, 'late-arrival-took-over', since) ??
    (await hear(story, 'late-arrival-took-over', { since, rounds: 20 }));
  story.tell(
    toOutcome(
      { id: 'late-arrival', what: 'what was on its way arrives late, and hides what was written meanwhile' },
      { decisive: late, complaint: late === undefined ? 'late-arrival-took-over was not heard in time' : undefined },
    ),
  );
}

/** A person lets the traffic come back, and is let only with proof. */
export async function showFailback(story: RegionStory): Promise<void> {
  const since = story.stage.cloud.clock.now();
  const failback = async (): Promise<Run> => ask(story, 'failback', '--yes', '--accept-conflicts', '9');
  await pass(story, 120_000);
  let run = await failback();
  for (let tries = 0; tries < 6 && run.exitCode !== 0; tries += 1) {
    await pass(story, 60_000);
    run = await failback();
  }
  const [last] = run.stdout.trimEnd().split('\n').slice(-1);
  const decisive = await hear(story, 'failback-effective', { since, rounds: 12 });
  story.tell(
    toOutcome(
      { id: 'failback', what: 'a person lets the traffic come back: everything is proved to be at home' },
      {
        decisive,
        seen: `holdfast failback ledger: ${last ?? 'nothing was said'}`,
        complaint: run.exitCode === 0 ? undefined : `exit code ${String(run.exitCode)}: ${run.stderr}`,
      },
    ),
  );
}
