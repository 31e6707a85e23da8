import type { AccessPoint } from './scenery.ts';
import type { Stage } from './stage.ts';

type Controlled = Pick<Stage, 'cloud'>;

/** Plants one fault from outside, as a reader can with curl; resolves with its id, where it is one to come. */
export async function plant(stage: Controlled, fault: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  const { fault: planted } = (await post(stage, 'faults', fault)) as { readonly fault?: { readonly id: string } };
  return planted?.id;
}

/** Ends a fault. */
export async function lift({ cloud }: Controlled, id: string): Promise<void> {
  await fetch(`${cloud.url}/_holdfast/faults/${id}`, { method: 'DELETE' });
}

/** Moves sandbox time forward; whatever falls due on the way begins. */
export async function advance(stage: Controlled, advanceMs: number): Promise<void> {
  await post(stage, 'clock', { advanceMs });
}

/** How long a busy machine may take, in milliseconds, before time moves all the same. */
const MOST_BUSY_MS = 15_000;
const LOOK_EVERY_MS = 20;

/** One thing leads to another across a turn or two of the event loop: quiet is what stays quiet. */
const QUIET_LOOKS = 3;

/** The same once functions have nothing to do: otherwise what a slow machine has not come to would seem to have waited for long. */
export async function advanceFromIdle(stage: Controlled, advanceMs: number): Promise<void> {
  const until = performance.now() + MOST_BUSY_MS;
  for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() < until; quiet = stage.cloud.isIdle() ? quiet + 1 : 0) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  await advance(stage, advanceMs);
}

/** Creates a Multi-Region Access Point before buckets that are there. */
export async function createAccessPoint(stage: Controlled, accessPoint: AccessPoint): Promise<void> {
  await post(stage, 'mraps', accessPoint);
}

async function post({ cloud }: Controlled, what: string, body: object): Promise<unknown> {
  const response = await fetch(`${cloud.url}/_holdfast/${what}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${what} ${JSON.stringify(body)} was refused: ${await response.text()}`);
  return response.json();
}
