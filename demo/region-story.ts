import type { S3Client } from '@aws-sdk/client-s3';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { AlertEvent } from '../src/model/alert.ts';
import type { RouteChange, RoutingDecision } from '../src/model/routing.ts';
import { plant, lift } from './control.ts';
import type { Hearing } from './hearing.ts';
import { holdfast, type Run } from './holdfast.ts';
import { LEDGER } from './places.ts';
import { MRAP, MRAP_ARN } from './region-scenery.ts';
import { type Life, until } from './region-time.ts';
import type { Outcome } from './scene.ts';
import type { Screen } from './screen.ts';

/** What every scene of the third act needs. */
export interface RegionStory extends Life {
  readonly hearing: Hearing;
  readonly screen: Screen;
  /** Of a client that knows the access point and no bucket. */
  readonly client: S3Client;
  tell(outcome: Outcome): void;
}

/** What `holdfast routes --json` says. */
export interface Told {
  readonly routes: { readonly routes: readonly { readonly region: string; readonly dial: number }[] } | 'unknown';
  readonly decision: RoutingDecision;
  readonly changes: readonly (Omit<RouteChange, 'decidedAt'> & { readonly decidedAt: string })[];
  readonly notKnown: readonly string[];
}

/** Runs a command about the access point as a person would who lives in the time of the sandbox. */
export async function ask(
  { stage }: Pick<RegionStory, 'stage'>,
  verb: string,
  ...options: readonly string[]
): Promise<Run> {
  const ahead = String(Math.round(stage.cloud.clock.now() - Date.now()));
  return holdfast(stage, [verb, MRAP, '--stage', stage.name, '--ahead', ahead, ...options]);
}

export async function askRoutes(story: Pick<RegionStory, 'stage'>): Promise<Told> {
  const run = await ask(story, 'routes', '--json');
  try {
    return JSON.parse(run.stdout) as Told;
  } catch (cause) {
    throw new Error(`${run.command} ended with ${String(run.exitCode)}:\n${run.stderr}`, { cause });
  }
}

/** Writes through the access point, wherever that leads. */
export async function write({ client }: RegionStory, key: string, text: string): Promise<string> {
  const { VersionId: versionId = '' } = await client.send(
    new PutObjectCommand({ Bucket: MRAP_ARN, Key: key, Body: text }),
  );
  return versionId;
}

/** Everything in the home Region is out; answers how to end it. */
export async function takeOut({ stage }: RegionStory): Promise<() => Promise<void>> {
  const id = await plant(stage, { kind: 'region-outage', region: LEDGER.region });
  return async () => (id === undefined ? undefined : lift(stage, id));
}

/** The last alert with this code that was heard since, in milliseconds of the sandbox. */
export function lastHeard({ hearing }: RegionStory, code: string, sinceMs: number): AlertEvent | undefined {
  return hearing.all().findLast(({ event, atMs }) => event.data.code === code && atMs >= sinceMs)?.event;
}

/** Waits until an alert says so, for a person who hears nothing else. */
export async function hear(
  story: RegionStory,
  code: string,
  { since, rounds }: { readonly since: number; readonly rounds: number },
): Promise<AlertEvent | undefined> {
  await until(() => lastHeard(story, code, since) !== undefined, story, rounds);
  return lastHeard(story, code, since);
}

/** How a scene of this act ended; without a complaint it ended as it should. */
export function toOutcome(
  { id, what }: Pick<Outcome, 'id' | 'what'>,
  {
    complaint,
    decisive,
    afterMs,
    seen,
  }: { [Name in 'complaint' | 'decisive' | 'afterMs' | 'seen']?: Outcome[Name] | undefined },
): Outcome {
  return {
    id,
    what,
    ...(complaint === undefined ? {} : { complaint }),
    ...(decisive === undefined ? {} : { decisive }),
    ...(afterMs === undefined ? {} : { afterMs }),
    ...(seen === undefined ? {} : { seen }),
  };
}
