import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleConsole } from '../../scripts/bundle.ts';
import { PERMITTED_COMMANDS } from '../../src/policy/permissions.ts';
import { compareAccess, type RoleStatement } from '../infrastructure/compare-access.ts';
import { assume } from '../sandbox/assumed-role.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';
import type { PairStage } from './pair-stage.ts';
import type { Play } from './permitted-play.ts';
import { PLAYS, UNPLAYED } from './permitted-plays.ts';
import { createPermittedStage } from './permitted-stage.ts';
import { isMeant, UNEXERCISED } from './unexercised-permissions.ts';

/** Within it the console has looked at everything once, on the slowest machine. */
const CONSOLE_MS = 20_000;

let stage: PairStage;

beforeAll(async () => {
  [stage] = await Promise.all([createPermittedStage(), bundleConsole('dist')]);
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await stage.close();
});

/** Runs a command line under whatever credentials are there. */
async function run(...args: readonly string[]): Promise<Ended> {
  const signal = args[0] === 'console' ? whenAsked() : AbortSignal.timeout(30_000);
  const env = { AWS_ENDPOINT_URL: stage.cloud.url, AWS_REGION: 'us-east-1', HOLDFAST_CONFIG: stage.config };
  return holdfast(args, { env, cwd: process.cwd(), signal });
}

function become({ accessKeyId, secretAccessKey, sessionToken = '' }: Readonly<Record<string, string>>): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', sessionToken);
}

/** Set while a command is compared: what it has not been asked for yet, but for what nobody expects. */
let notAsked: () => readonly string[] = () => [];

/** Fires as soon as there is nothing left that the console could ask for. */
function whenAsked(): AbortSignal {
  const controller = new AbortController();
  const endsAt = performance.now() + CONSOLE_MS;
  const timer = setInterval(() => {
    if (notAsked().length > 0 && performance.now() < endsAt) return;
    clearInterval(timer);
    controller.abort();
  }, 100);
  return controller.signal;
}

interface Printed {
  readonly document: { readonly Statement: readonly RoleStatement[] };
}

/** What a command was asked for, against what its policy says; both told without the name of the role. */
async function compare(command: string, { options, prepare, act }: Play): Promise<ReturnType<typeof compareAccess>> {
  const { accessKeyId, secretAccessKey } = stage.cloud.credentials;
  become({ accessKeyId, secretAccessKey });
  await prepare?.(stage, run);
  const [printed] = linesOf(await run('policy', command, '--json', ...(options?.(stage) ?? [])));
  const { Statement: statements } = (printed as Printed).document;
  become(await assume(stage.cloud, { name: command, statements }));
  const compareNow = () => compareAccess(new Map([[command, statements]]), stage.cloud.access());
  notAsked = () => unexpectedOf(command, compareNow().unused);
  await act(run, stage);
  return compareNow();
}

const rowsOf = (command: string) => UNEXERCISED.filter(({ commands }) => commands.includes(command));

function unexpectedOf(command: string, unused: readonly string[]): readonly string[] {
  return unused.filter((one) => !rowsOf(command).some((row) => isMeant(row, one)));
}

describe('a policy that holdfast policy prints', () => {
  it.each(Object.entries(PLAYS))('is what %s needs, and no more', { timeout: 30_000 }, async (command, play) => {
    const { missing, unused } = await compare(command, play);
    expect(missing).toEqual([]);
    expect(unexpectedOf(command, unused)).toEqual([]);
    const needless = rowsOf(command).filter((row) => !unused.some((one) => isMeant(row, one)));
    expect(needless.map(({ grant }) => String(grant))).toEqual([]);
  });

  it('is there for every command', () => {
    const played = [...Object.keys(PLAYS), ...UNPLAYED];
    expect(played.toSorted()).toEqual(PERMITTED_COMMANDS.toSorted());
  });
});
