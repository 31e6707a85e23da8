import { formatLook } from '../../src/model/look.ts';
import type { Config } from '../../src/model/config.ts';
import type { ObjectState } from '../../src/model/facts.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import { formatPeerMessage } from '../../src/model/peer-message.ts';
import type { Checkpoint, PendingVersion } from '../../src/model/pending.ts';
import { createMonitor, type Monitor } from '../../src/monitor.ts';
import type { Notes, Ports } from '../../src/ports.ts';
import { type BacklogWatchPorts, watchBacklog } from '../../src/watch-backlog.ts';
import { aReplicationRule } from '../support/followed.ts';
import { aBucket, aPair, HOUR_MS, MINUTE_MS, pairConfig } from '../support/pairs.ts';
import { aRule } from '../support/facts.ts';
import { createFakeNotes } from '../support/fake-lists.ts';
import { formatEvent } from './events.ts';
import { BEGINNING } from './simulated-world.ts';
import { createFakeSink } from '../support/fake-sink.ts';

export const LINK = 'photos/photos/photos-copy';

/** Longest delay that a queue can give, in milliseconds. */
const MOST_DELAY_MS = 900_000;

/** What a DynamoDB row of the list takes up, in bytes, with a key of a hundred. */
const ROW_BYTES = 400;

const SIZE_BYTES = 100_000;
const START_MS = BEGINNING.getTime();
const ETAG = { kind: 'content-md5', hex: 'd41d8cd98f00b204e9800998ecf8427e' } as const;
const CALL = { signal: new AbortController().signal };

export type Counted = 's3Heads' | 'sqsSends' | 'messages' | 'ledgerWrites' | 'ledgerReads' | 'watches' | 'alerts';

export interface Plan {
  readonly versions: number;
  readonly outageMs: number;
  /** How long the replicas take to arrive, all of them, after the end of the outage. */
  readonly recoveryMs: number;
}

/**
 * One version of so many goes through the monitor itself. Its neighbours were written in the same second and share what becomes of
 * it, on the list and in the counts; the list itself is as long as it would be.
 */
const NEIGHBOURS = 40;

/**
 * A link of which nothing arrives for a day. Everything that Holdfast asks for is counted; what S3 and the lists hold is computed
 * from the number of a version, so that a million of them fit.
 */
export class OutageWorld {
  readonly counts: Map<Counted, number> = new Map<Counted, number>();
  readonly alerts: Set<string> = new Set<string>();
  checkpoint: Checkpoint | undefined;
  mostListed = 0;
  readonly #plan: Plan;
  readonly #config: Config;
  /** Bodies by the minute in which they can be received, for the source's stack and the destination's. */
  readonly #queues: Readonly<Record<Side, Map<number, string[]>>> = { source: new Map(), copy: new Map() };
  readonly #monitors: Readonly<Record<Side, Monitor>>;
  readonly #watch: BacklogWatchPorts;
  readonly #notes: Readonly<Record<Side, Notes>>;
  /** By number of version: 0 never noted, 1 on the list, 2 gone. */
  readonly #fate: Uint8Array;
  #listed = 0;
  /** How many versions a call stands for that is made now. */
  #weight = 1;
  #nowMs = START_MS;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#fate = new Uint8Array(plan.versions);
    const buckets = [aBucket('photos', 'us-east-1'), aBucket('photos-copy', 'eu-west-1')] as const;
    const verify = buckets.map(({ bucket }) => aRule({ bucket, evidence: 'etag' }));
    this.#config = {
      ...pairConfig([aPair({ source: buckets[0], destinations: [buckets[1]] })], ...verify),
      alerts: { severity: 'warning', subscriptions: [] },
    };
    const clock = { now: (): Date => new Date(this.#nowMs) };
    this.#notes = {
      source: this.#countedNotes(createFakeNotes(clock)),
      copy: this.#countedNotes(createFakeNotes(clock)),
    };
    const ports = { source: this.#ports('source'), copy: this.#ports('copy') };
    this.#monitors = {
      source: createMonitor(ports.source, this.#config),
      copy: createMonitor(ports.copy, this.#config),
    };
    this.#watch = {
      ...ports.copy,
      region: 'eu-west-1',
      steering: {
        putCheckpoint: async (checkpoint) => {
          this.#count('ledgerWrites');
          this.checkpoint = checkpoint;
        },
        checkpoint: async () => this.checkpoint,
      },
    };
  }

  get listed(): number {
    return this.#listed;
  }

  /** Plays the outage, the recovery, and what is left to do afterwards. */
  async play(afterwardsMs: number): Promise<void> {
    const { outageMs, recoveryMs } = this.#plan;
    const minutes = (outageMs + recoveryMs + afterwardsMs) / MINUTE_MS;
    for (let minute = 0; minute < minutes; minute += 1) await this.#playMinute(START_MS + minute * MINUTE_MS);
  }

  async #playMinute(startMs: number): Promise<void> {
    this.#nowMs = startMs + MINUTE_MS;
    for (const number of this.#between((each) => this.#createdMs(each), startMs)) {
      const event = { name: 'ObjectCreated:Put', object: this.#ref(number, 'source'), sizeBytes: SIZE_BYTES };
      await this.#receive('source', formatEvent(event, this.#createdMs(number)));
    }
    for (const number of this.#between((each) => this.#arrivedMs(each), startMs)) {
      const event = { name: 'ObjectCreated:Put', object: this.#ref(number, 'copy'), sizeBytes: SIZE_BYTES };
      await this.#receive('copy', formatEvent(event, this.#arrivedMs(number)));
    }
    for (const side of ['source', 'copy'] as const) await this.#drain(side);
    this.#count('watches');
    await watchBacklog(this.#watch, this.#config, CALL);
    await this.#drain('source');
    this.mostListed = Math.max(this.mostListed, this.#listed);
  }

  async #drain(side: Side): Promise<void> {
    const queue = this.#queues[side];
    const minute = Math.floor(this.#nowMs / MINUTE_MS);
    for (const [due, bodies] of queue) {
      if (due > minute) continue;
      queue.delete(due);
      for (const body of bodies) await this.#receive(side, body);
    }
  }

  async #receive(side: Side, body: string): Promise<void> {
    this.#weight = NEIGHBOURS;
    this.#count('messages');
    await this.#monitors[side].receive(body, CALL);
    this.#weight = 1;
  }

  #send(side: Side, body: string, atMs: number): void {
    this.#count('sqsSends');
    const queue = this.#queues[side];
    const minute = Math.ceil(Math.min(atMs, this.#nowMs + MOST_DELAY_MS) / MINUTE_MS);
    const bodies = queue.get(minute);
    if (bodies === undefined) queue.set(minute, [body]);
    else bodies.push(body);
  }

  /** Numbers of the versions to which this happens within one minute; both times grow with the number. */
  *#between(atMs: (number: number) => number, startMs: number): Iterable<number> {
    let number = this.#firstFrom(atMs, startMs);
    number = Math.ceil(number / NEIGHBOURS) * NEIGHBOURS;
    for (; number < this.#plan.versions && atMs(number) < startMs + MINUTE_MS; number += NEIGHBOURS) yield number;
  }

  #firstFrom(atMs: (number: number) => number, ms: number): number {
    let [low, high] = [0, this.#plan.versions];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (atMs(middle) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #createdMs(number: number): number {
    return START_MS + Math.floor((number * this.#plan.outageMs) / this.#plan.versions);
  }

  #arrivedMs(number: number): number {
    const { versions, outageMs, recoveryMs } = this.#plan;
    return START_MS + outageMs + Math.floor((number * recoveryMs) / versions);
  }

  #ref(number: number, side: Side): ObjectRef {
    const place = side === 'source' ? { bucket: 'photos', region: 'us-east-1' } : COPY;
    return { ...place, key: `a/${number}`, versionId: `v${number}` };
  }

  #head(object: ObjectRef): Observation<ObjectState> {
    this.#count('s3Heads');
    const number = Number(object.key.slice(2));
    const hasArrived = this.#arrivedMs(number) < this.#nowMs;
    if (object.bucket === COPY.bucket && !hasArrived) return { state: 'absent' };
    const atSource = hasArrived ? 'COMPLETED' : 'PENDING';
    return present({
      versionId: `v${number}`,
      sizeBytes: SIZE_BYTES,
      etag: ETAG,
      checksums: [],
      encryption: 'sse-s3',
      storageClass: 'STANDARD',
      lastModifiedAt: new Date(Math.floor(this.#createdMs(number) / 1_000) * 1_000),
      replicationStatus: object.bucket === COPY.bucket ? 'REPLICA' : atSource,
      metadata: {},
    });
  }

  #ports(side: Side): Ports {
    const settings = { role: 'arn', rules: [aReplicationRule(COPY.bucket)] };
    const unasked = async (): Promise<never> => Promise.reject(new Error('nobody needs this here'));
    return {
      region: side === 'source' ? 'us-east-1' : 'eu-west-1',
      clock: { now: () => new Date(this.#nowMs) },
      objects: {
        head: async (object) => this.#head(object),
        parts: unasked,
        read: unasked,
        tags: unasked,
        acl: unasked,
        lock: unasked,
      },
      buckets: {
        setting: async (bucket, name) =>
          (name === 'replication' && bucket.bucket === 'photos' ? present(settings) : { state: 'absent' }) as never,
      },
      alerts: createFakeSink({
        hear: ({ event }) => {
          this.#count('alerts');
          this.alerts.add(event.data.code);
        },
      }),
      looks: { enqueue: async (look) => this.#send(side, formatLook(look), look.dueAt?.getTime() ?? this.#nowMs) },
      peers: {
        tell: async ({ region }, message) =>
          this.#send(region === 'us-east-1' ? 'source' : 'copy', formatPeerMessage(message), this.#nowMs),
      },
      ledger: {
        isSettled: async () => this.#counted('ledgerReads', false),
        settle: async () => this.#counted('ledgerWrites', true),
        baseline: unasked,
        recordBaseline: unasked,
      },
      pending: {
        note: async ({ object }) => {
          this.#count('ledgerWrites', 2);
          this.#settle(object, 1);
        },
        forget: async ({ object }) => {
          this.#count('ledgerWrites', 2);
          this.#settle(object, 2);
        },
        find: async ({ object }) => {
          this.#count('ledgerReads');
          const number = Number(object.key.slice(2));
          return this.#fate[number] === 1 ? this.#row(number) : undefined;
        },
        list: (_, { from }) => this.#list(from?.getTime() ?? 0),
      },
      notes: this.#notes[side],
      counters: {
        add: async (_name, _window, amount) => this.#counted('ledgerWrites', amount),
        history: async () => [],
      },
      poison: { setAside: async ({ reason }) => Promise.reject(new Error(reason)) },
      journal: new Proxy({} as Ports['journal'], { get: () => () => undefined }),
    };
  }

  #settle({ key }: ObjectRef, fate: 1 | 2): void {
    const first = Number(key.slice(2));
    for (let number = first; number < first + this.#weight; number += 1) this.#settleOne(number, fate);
  }

  #settleOne(number: number, fate: 1 | 2): void {
    const before = this.#fate[number];
    if (before === fate || before === 2) return;
    this.#fate[number] = fate;
    this.#listed += fate === 1 ? 1 : before === 1 ? -1 : 0;
  }

  #row(number: number): PendingVersion {
    return new Row(number, this.#createdMs(number));
  }

  /** Reads cost by the size of what is read: 4 KiB for a unit. */
  #list(fromMs: number): AsyncIterable<PendingVersion> {
    let number = this.#firstFrom((each) => this.#createdMs(each), fromMs);
    let read = 0;
    const end = (): { done: true; value: undefined } => {
      this.#count('ledgerReads', 16 + Math.ceil((read * ROW_BYTES) / 4_096)); // at least one for each partition
      return { done: true, value: undefined };
    };
    const next = (): IteratorResult<PendingVersion, undefined> => {
      while (number < this.#fate.length && this.#fate[number] !== 1) number += 1;
      if (number >= this.#fate.length) return end();
      read += 1;
      number += 1;
      return { done: false, value: this.#row(number - 1) };
    };
    // No generator: it would take three turns of the event loop for each of sixty million rows.
    return { [Symbol.asyncIterator]: () => ({ next: async () => next(), return: async () => end() }) };
  }

  #countedNotes({ put, get }: Notes): Notes {
    return {
      put: async (name, value, options) => {
        this.#count('ledgerWrites');
        return put(name, value, options);
      },
      get: async (name, call) => {
        this.#count('ledgerReads');
        return get(name, call);
      },
    };
  }

  #counted<T>(what: Counted, answer: T): T {
    this.#count(what);
    return answer;
  }

  #count(what: Counted, amount = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + amount * this.#weight);
  }
}

/** Most rows are only counted, so what names the object is made when it is asked for. */
class Row implements PendingVersion {
  readonly link: string = LINK;
  readonly sizeBytes: number = SIZE_BYTES;
  readonly createdAt: Date;
  readonly #number: number;

  constructor(number: number, createdMs: number) {
    this.#number = number;
    this.createdAt = new Date(createdMs);
  }

  get object(): ObjectRef {
    return { bucket: 'photos', region: 'us-east-1', key: `a/${this.#number}`, versionId: `v${this.#number}` };
  }
}

type Side = 'source' | 'copy';
const COPY = { bucket: 'photos-copy', region: 'eu-west-1' } as const;

export const DAY_MS: number = 24 * HOUR_MS;
