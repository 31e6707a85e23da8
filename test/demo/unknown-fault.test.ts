import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { SOURCE } from '../../demo/places.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import { demoStacks, type Ended, type Line, linesOf, startShow } from './show.ts';
import { drawFault, type UnknownFault } from './unknown-faults.ts';

/** The uploads of the healthy objects take at least that long. */
const LONGEST_WAIT_MS = 2_500;
const MOST_DRAWS = 8;

/** Drawn anew for every run; `DEMO_SEED` repeats one. */
const SEED = Number(process.env['DEMO_SEED'] ?? process.hrtime.bigint() % 1_000_000n);

describe('the show with a fault that it does not know of', () => {
  it(
    `at a random place and time ends with 1 and names that object alone (seed ${SEED})`,
    { timeout: 600_000 },
    async () => {
      const stacks = await demoStacks();
      const random = createRandom(SEED);
      for (let draws = 0; draws < MOST_DRAWS; draws += 1) {
        const outcome = await sabotage(stacks, random);
        if (outcome === 'too late') continue; // nothing happened to anybody: draw again
        const { fault, isTaken, ended } = outcome;
        process.stdout.write(`seed ${SEED}: ${JSON.stringify(fault)}\n`);
        const accused = new Set(linesOf(ended, 'wrong').map(({ key }) => key));
        const passed = linesOf(ended, 'summary').map((summary) => summary['passed']);
        expect({ fault, isTaken, code: ended.code, passed, accused }).toEqual({
          fault,
          isTaken: true,
          code: 1,
          passed: [false],
          accused: new Set([fault.key]),
        });
        return;
      }
      expect.fail(`none of ${MOST_DRAWS} faults came in time (seed ${SEED})`);
    },
  );
});

type Outcome = 'too late' | { readonly fault: UnknownFault; readonly isTaken: boolean; readonly ended: Ended };

/** Starts a show and plants a fault that hits something; where it hits nothing, the show is ended. */
async function sabotage(stacks: string, random: () => number): Promise<Outcome> {
  const show = startShow([
    '--stacks',
    stacks,
    '--only',
    'integrity',
    '--patience',
    '20',
    '--seed',
    String(Math.floor(random() * 1e6)),
  ]);
  const { url, environment } = (await show.line('started')) as Line & Started;
  await sleep(random() * LONGEST_WAIT_MS);
  const fault = drawFault(await lookAround(url, environment), random);
  const id = fault === undefined ? undefined : await plant(url, fault);
  // Only what was planted before its object was uploaded is known to come before every look at it.
  const isInTime = fault !== undefined && !(await lookAround(url, environment))(fault.key);
  if (!isInTime || id === undefined) {
    show.child.kill('SIGINT');
    await show.ended;
    return 'too late';
  }
  const isTaken = await Promise.race([hasBitten(url, id), show.ended.then(() => false)]);
  return { fault, isTaken, ended: await show.ended };
}

interface Started {
  readonly url: string;
  readonly environment: Readonly<Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_REGION', string>>;
}

/** Which keys of the source bucket are there. */
async function lookAround(url: string, environment: Started['environment']): Promise<(key: string) => boolean> {
  const client = new S3Client({
    endpoint: url,
    forcePathStyle: true,
    region: environment.AWS_REGION,
    credentials: { accessKeyId: environment.AWS_ACCESS_KEY_ID, secretAccessKey: environment.AWS_SECRET_ACCESS_KEY },
  });
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: SOURCE.bucket }));
  client.destroy();
  const keys = new Set(Versions.map(({ Key }) => Key));
  return (key) => keys.has(key);
}

async function plant(url: string, fault: UnknownFault): Promise<string> {
  const response = await fetch(`${url}/_holdfast/faults`, { method: 'POST', body: JSON.stringify(fault) });
  const { fault: planted } = (await response.json()) as { readonly fault: { readonly id: string } };
  return planted.id;
}

/** Resolves when the fault hit something. */
async function hasBitten(url: string, id: string): Promise<boolean> {
  for (;;) {
    const response = await fetch(`${url}/_holdfast/faults`);
    const { faults } = (await response.json()) as { readonly faults: readonly { id: string; taken: number }[] };
    if (faults.some((fault) => fault.id === id && fault.taken > 0)) return true;
    await sleep(100);
  }
}
