import { setImmediate as turn } from 'node:timers/promises';
import { createSmokeClients, type SmokeClients } from '../../scripts/smoke/clients.ts';
import type { Run } from '../../scripts/smoke/run.ts';
import type { Cloud } from '../../src/sandbox/cloud.ts';

const PATIENCE_MS = 20 * 60_000;

export interface SandboxRun extends Run {
  /** Lines that were told, in order. */
  readonly told: readonly string[];
}

interface Caller {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A run against the sandbox, whose time passes as soon as somebody waits for it. */
export function sandboxRun(cloud: Cloud, { clients, ...plan }: Partial<Run> = {}): SandboxRun {
  const told: string[] = [];
  const time = {
    now: () => new Date(cloud.clock.now()),
    patienceMs: PATIENCE_MS,
    settleMs: 20_000,
    pause: async (ms: number): Promise<void> => {
      await cloud.idle();
      await cloud.clock.advance(ms);
      await turn();
    },
  };
  return {
    run: '20261121-0a1b2c',
    source: 'us-east-1',
    destination: 'eu-west-1',
    withKms: false,
    account: cloud.account,
    endpoint: new URL(cloud.url).host,
    clients: clients ?? sandboxClients(cloud),
    time,
    patientTime: time,
    isInterrupted: () => false,
    tell: (line) => void told.push(line),
    told,
    ...plan,
  };
}

/** Clients as the smoke test makes them, told by the environment where the sandbox is and who asks: its administrator, unless said. */
export function sandboxClients(cloud: Cloud, credentials: Caller = cloud.credentials): SmokeClients {
  process.env['AWS_ENDPOINT_URL'] = cloud.url;
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
  if (credentials.sessionToken === undefined) delete process.env['AWS_SESSION_TOKEN'];
  else process.env['AWS_SESSION_TOKEN'] = credentials.sessionToken;
  return createSmokeClients({ customEndpoint: true });
}
