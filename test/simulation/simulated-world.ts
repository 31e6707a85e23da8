import type { AlertData } from '../../src/model/alert.ts';
import type { PeerAddress } from '../../src/model/action.ts';
import type { Config } from '../../src/model/config.ts';
import { formatLook, lookIdentity } from '../../src/model/look.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { formatPeerMessage } from '../../src/model/peer-message.ts';
import type { PendingVersion } from '../../src/model/pending.ts';
import { createMonitor, type Monitor } from '../../src/monitor.ts';
import type { Ports } from '../../src/ports.ts';
import { formatEvent, type SimulatedEvent } from './events.ts';
import { Schedule } from './schedule.ts';
import type { SimulatedS3 } from './simulated-s3.ts';
import { createFakeSink } from '../support/fake-sink.ts';

/** How long SQS hides a message after it was received, in milliseconds. */
const REDELIVERY_MS = 10_000;

/** Longest delay that a queue can give. */
const MOST_DELAY_MS = 900_000;

/** Where the whole of it begins. */
export const BEGINNING: Date = new Date('2026-11-02T10:00:00Z');

/** One stack: a monitor in one Region, with its own ledger. */
interface Stack {
  readonly region: string;
  readonly monitor: Monitor;
  readonly pending: Map<string, PendingVersion>;
}

/** Several stacks, their queues, and the time: everything between S3 and the people who hear alerts. */
export class SimulatedWorld {
  readonly s3: SimulatedS3;
  readonly stacks: ReadonlyMap<string, Stack>;
  /** By id: receivers drop what they know. */
  readonly alerts: Map<string, AlertData> = new Map<string, AlertData>();
  readonly poison: string[] = [];
  readonly schedule: Schedule = new Schedule(BEGINNING.getTime());
  deliveries = 0;
  ledgerWrites = 0;
  #callsToCrash = Infinity;

  constructor(s3: SimulatedS3, config: Config) {
    this.s3 = s3;
    const regions = new Set([...s3.buckets.values()].map(({ region }) => region));
    this.stacks = new Map([...regions].map((region) => [region, this.#createStack(region, config)]));
  }

  /** The n-th call of any port from now on fails as if the function had been killed there. */
  crashAfter(calls: number): void {
    this.#callsToCrash = calls;
  }

  /** S3 tells the stack of the bucket's Region. */
  emit(event: SimulatedEvent, delays: readonly number[]): void {
    for (const delayMs of delays) this.#send(event.object.region, formatEvent(event, this.schedule.now), delayMs);
  }

  #send(region: string, body: string, delayMs: number): void {
    this.schedule.after(delayMs, async () => this.#deliver(region, body));
  }

  async #deliver(region: string, body: string): Promise<void> {
    this.deliveries += 1;
    try {
      await this.stacks.get(region)?.monitor.receive(body, { signal: new AbortController().signal });
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.#send(region, body, REDELIVERY_MS);
    }
  }

  #createStack(region: string, config: Config): Stack {
    const { schedule } = this;
    const settled = new Set<string>();
    const pending = new Map<string, PendingVersion>();
    const gone = new Set<string>();
    const notes = new Map<string, string>();
    const sums = new Map<string, number>();
    const ports: Ports = {
      region,
      objects: this.s3.objects,
      buckets: this.s3.settings,
      clock: { now: () => new Date(schedule.now) },
      alerts: createFakeSink({ hear: ({ event }) => this.alerts.set(event.id, event.data) }),
      looks: {
        enqueue: async (look) => {
          const delayMs = Math.max(0, (look.dueAt?.getTime() ?? 0) - schedule.now);
          this.#send(region, formatLook(look), Math.min(delayMs, MOST_DELAY_MS));
        },
      },
      peers: {
        tell: async ({ region: to }: PeerAddress, message) => this.#send(to, formatPeerMessage(message), 100),
      },
      pending: {
        note: async (version) => {
          this.ledgerWrites += 1;
          const id = pendingId(version);
          if (!gone.has(id)) pending.set(id, version);
        },
        forget: async (version) => {
          this.ledgerWrites += 2;
          gone.add(pendingId(version));
          pending.delete(pendingId(version));
        },
        find: async ({ link, object }) => pending.get(pendingId({ link, object })),
        list: async function* list(link) {
          const all = [...pending.values()].filter((version) => version.link === link);
          yield* all.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
        },
      },
      poison: { setAside: async ({ reason }) => void this.poison.push(reason) },
      ledger: {
        isSettled: async (look) => settled.has(lookIdentity(look)),
        settle: async (look) => {
          this.ledgerWrites += 1;
          const isNew = !settled.has(lookIdentity(look));
          settled.add(lookIdentity(look));
          return isNew;
        },
        baseline: async () => undefined,
        recordBaseline: async () => undefined,
      },
      counters: {
        add: async (name, window, amount) => {
          const id = `${name} ${window.getTime()}`;
          sums.set(id, (sums.get(id) ?? 0) + amount);
          return sums.get(id) ?? 0;
        },
        history: async () => [],
      },
      notes: {
        put: async (name, value) => void notes.set(name, value),
        get: async (name) => notes.get(name),
      },
      journal: new Proxy({} as Ports['journal'], { get: () => () => undefined }),
    };
    return { region, pending, monitor: createMonitor(this.#crashing(ports), config) };
  }

  /** Every call of every port can be the last of its function. */
  #crashing(ports: Ports): Ports {
    const wrap = <T extends object>(port: T): T =>
      new Proxy(port, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          return (...args: readonly unknown[]): unknown => {
            this.#callsToCrash -= 1;
            if (this.#callsToCrash < 0) {
              this.#callsToCrash = Infinity;
              throw new Crash();
            }
            return Reflect.apply(member, target, args) as unknown;
          };
        },
      });
    const guarded = [
      'objects',
      'buckets',
      'alerts',
      'looks',
      'peers',
      'pending',
      'ledger',
      'counters',
      'notes',
    ] as const;
    return { ...ports, ...Object.fromEntries(guarded.map((name) => [name, wrap(ports[name])])) };
  }
}

class Crash extends Error {}

function pendingId({ link, object }: { readonly link: string; readonly object: ObjectRef }): string {
  return JSON.stringify([link, object.bucket, object.key, object.versionId]);
}
