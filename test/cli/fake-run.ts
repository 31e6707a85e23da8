import { Readable } from 'node:stream';
import { type ExitCode, type Io, worse } from '../../src/cli/io.ts';
import { run, type Doors } from '../../src/cli/program.ts';
import type { Services } from '../../src/cli/services.ts';
import { DEFAULT_CONFIG } from '../../src/config.ts';
import type { Config } from '../../src/model/config.ts';
import type { ListedVersion } from '../../src/ports.ts';
import type { FakeCloud, Stored } from '../support/fake-cloud.ts';
import { createFakeAuditBook } from '../support/fake-audit-book.ts';
import { createFakeAlertStates } from '../support/fake-alert-states.ts';
import { createFakeJobs } from '../support/fake-jobs.ts';
import { createFakeRoutingBooks, toProbe } from '../support/fake-routing.ts';
import { createFakeBuckets, createFakePendingList, createFakeSteering } from '../support/fake-lists.ts';

export interface Ended {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Around extends Doors {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Hears what is written to stdout as it is written. */
  readonly onStdout?: (text: string) => void;
}

/** Runs a command line in this process. */
export async function holdfast(args: readonly string[], around: Around = {}): Promise<Ended> {
  const { stdin = '', env = {}, cwd = '/', signal = AbortSignal.timeout(30_000), onStdout, ...doors } = around;
  const written = { stdout: '', stderr: '' };
  let code: ExitCode = 0;
  const io: Io = {
    stdout: {
      isTerminal: false,
      write(text) {
        written.stdout += text;
        onStdout?.(text);
      },
    },
    stderr: { isTerminal: false, write: (text) => void (written.stderr += text) },
    stdin: Readable.from([Buffer.from(stdin)]),
    env,
    cwd,
    signal,
    exit(given) {
      code = worse(code, given);
    },
  };
  await run(args, io, doors);
  return { code, ...written };
}

/** The lines of an NDJSON output. */
export function linesOf({ stdout }: Ended): readonly unknown[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

export interface FakeBuckets {
  readonly cloud: FakeCloud;
  /** In the order of the listing; the last of a key is the latest. */
  readonly listed: readonly Stored[];
  readonly config?: Config;
  /** Keys whose latest version is hidden by a delete marker. */
  readonly hidden?: ReadonlySet<string>;
}

export interface FakeServices extends Services {
  /** How long was waited, in milliseconds, wait by wait. */
  readonly waits: number[];
}

const ABSENT = { state: 'absent' } as const;

/** Ports of a cloud in memory, with time that passes when somebody waits. */
export function createFakeServices({ cloud, listed, config = DEFAULT_CONFIG, hidden }: FakeBuckets): FakeServices {
  let now = Date.UTC(2026, 10, 2);
  const waits: number[] = [];
  return {
    objects: cloud.objects,
    clock: { now: () => new Date(now) },
    config,
    buckets: createFakeBuckets(new Map()),
    documents: { read: async () => ABSENT, write: async () => {} },
    rules: { rule: async () => ABSENT, async *list() {}, put: async () => {}, remove: async () => {} },
    roles: { trust: async () => ABSENT, simulate: async () => ABSENT },
    keys: { key: async () => ABSENT },
    usage: { kms: async () => ABSENT },
    writes: { read: async () => undefined },
    jobs: createFakeJobs(),
    checksums: { create: async () => 'job' },
    restores: { restore: async () => 'denied' },
    auditStarter: { start: async (machineArn) => `${machineArn.replace(':stateMachine:', ':execution:')}:by-hand` },
    routes: { read: async () => ABSENT, submit: async () => ({ kind: 'conflict' }) },
    through: { read: async () => ABSENT },
    prober: { probe: async ({ mrap, bucket }) => toProbe(mrap, bucket) },
    stack: () => ({
      stacks: { signalsQueue: async () => ABSENT },
      setAside: {
        take: async () => ABSENT,
        sendAgain: async () => undefined,
        remove: async () => undefined,
        giveBack: async () => undefined,
      },
      steering: createFakeSteering(new Map()),
      meter: { read: async () => ({}) },
      lanes: { lanes: async () => ABSENT },
      heartbeats: { last: async () => undefined },
      routing: createFakeRoutingBooks(),
      alertsIn: () => ({ recent: async () => [] }),
      statesIn: () => createFakeAlertStates(),
      topics: {
        topic: async () => ABSENT,
        subscriptions: async () => ABSENT,
        publish: async () => undefined,
        deliveries: async () => ABSENT,
        isIn: async () => ABSENT,
      },
      auditsIn: () => createFakeAuditBook({ now: () => new Date(now) }),
      baselinesIn: () => ({ baseline: async () => undefined }),
      pendingIn: () => createFakePendingList(),
    }),
    waits,
    regionOf: async () => 'eu-west-1',
    reportsIn: () => {
      throw new TypeError('expected nothing to be stored');
    },
    listings: { pages: async function* pages() {} },
    wait: async (ms) => {
      waits.push(ms);
      now += ms;
    },
    versions: {
      async *list({ prefix }): AsyncGenerator<ListedVersion> {
        for (const [index, { object, state }] of listed.entries()) {
          if (!object.key.startsWith(prefix)) continue;
          const isLast = !listed.slice(index + 1).some((later) => later.object.key === object.key);
          yield {
            object,
            isLatest: isLast && hidden?.has(object.key) !== true,
            sizeBytes: state.sizeBytes,
            etag: '',
            lastModifiedAt: state.lastModifiedAt,
          };
        }
      },
    },
  };
}
