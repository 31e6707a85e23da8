import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/cli/connect.ts';
import type { Services } from '../../src/cli/services.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';
import { createPairStage, type PairStage } from './pair-stage.ts';
import { type Expected, plantDifferences, PLANTING_MS } from './planted-pair.ts';

/** A pair in which everything is planted that an audit can find, and the commands that look for it. */
export interface AuditedPair {
  readonly stage: PairStage;
  /** Where reports go. */
  readonly folder: string;
  readonly planted: Expected;
  /** Of every command, the credentials among them. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command line in this process, in real time. */
  run(args: readonly string[], patienceMs: number): Promise<Ended>;
  close(): Promise<void>;
}

export async function createAuditedPair(healthy: number): Promise<AuditedPair> {
  const stage = await createPairStage('kms', PLANTING_MS);
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const planted = await plantDifferences(stage, healthy);
  const { clock, url } = stage.cloud;
  const { accessKeyId, secretAccessKey } = stage.endpoint.credentials;
  const env = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  return {
    stage,
    folder,
    planted,
    env,
    async run(args, patienceMs) {
      const signal = AbortSignal.timeout(patienceMs);
      setMaxListeners(0, signal); // as the command line does
      return holdfast([...args, '--config', stage.config], {
        env,
        cwd: folder,
        signal,
        // Clients repeat what fails at a server whose clock is minutes away from theirs: nobody moves it any more.
        connect: (place): Services => ({ ...connect(place, { env }), clock: { now: () => new Date(clock.now()) } }),
      });
    },
    async close() {
      await stage.close();
      await rm(folder, { recursive: true });
    },
  };
}

interface FoundLine {
  readonly kind: string;
  readonly verdict: string;
  readonly code: string;
  readonly object: { readonly key: string };
}

/** As `<verdict> <code> <key>`, sorted. */
export function findingsOf(ended: Ended): readonly string[] {
  return linesOf(ended)
    .map((line) => line as FoundLine)
    .filter(({ kind }) => kind === 'finding')
    .map(({ verdict, code, object }) => `${verdict} ${code} ${object.key}`)
    .toSorted();
}
