import { createSdkClients } from '../support/sdk-clients.ts';
import { type Cases, type Cloud, MOST_OPT_OUTS, type RunningServer, type Server } from './contract.ts';

/** `unexpected-pass`: an opt-out that is not needed any more, which fails a run as much as a broken promise does. */
export type Outcome = 'passed' | 'failed' | 'opted-out' | 'unexpected-pass';

export interface CaseResult {
  readonly name: string;
  readonly outcome: Outcome;
  readonly error?: unknown;
}

const CONCURRENCY = 6;

/** One case may take so long, in milliseconds. */
const PATIENCE_MS = 40_000;

/** Runs every case against one running server, the opted-out ones too. Results come in the order of the cases. */
export async function runContract(
  server: Server,
  running: RunningServer,
  cases: Cases,
): Promise<readonly CaseResult[]> {
  const cloud = toCloud(running);
  const names = Object.keys(cases);
  const results = new Map<string, CaseResult>();
  const queue = [...names];
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      results.set(name, await runCase(server, name, async () => cases[name]?.(cloud)));
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  } finally {
    cloud.destroy();
  }
  return names.flatMap((name) => results.get(name) ?? []);
}

/** What is wrong with a list of opt-outs before anything has run. */
export function optOutProblems({ name, optOuts }: Server, cases: Cases): readonly string[] {
  const names = Object.keys(optOuts);
  const share = names.length / Object.keys(cases).length;
  return [
    ...names.filter((key) => !Object.hasOwn(cases, key)).map((key) => `${name} opts out of an unknown case: ${key}`),
    ...names.filter((key) => optOuts[key]?.trim() === '').map((key) => `${name} gives no reason for: ${key}`),
    ...(share > MOST_OPT_OUTS ? [`${name} opts out of ${names.length} cases, more than 30 %`] : []),
  ];
}

async function runCase(server: Server, name: string, run: () => Promise<void>): Promise<CaseResult> {
  const optedOut = Object.hasOwn(server.optOuts, name);
  try {
    await inTime(run());
    return { name, outcome: optedOut ? 'unexpected-pass' : 'passed' };
  } catch (error) {
    return { name, outcome: optedOut ? 'opted-out' : 'failed', error };
  }
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`gave up after ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function toCloud(running: RunningServer): Cloud {
  const [home, abroad] = running.regions;
  return {
    ...createSdkClients(running),
    ...running,
    home,
    abroad,
    plantFault: async (fault) => running.plantFault(fault),
  };
}
