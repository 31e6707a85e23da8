import { createAlertDesk } from '../../src/alert-desk.ts';
import type { DeliveryPorts } from '../../src/alert-delivery.ts';
import type { Alert } from '../../src/model/action.ts';
import type { AlertEvent, DigestEvent } from '../../src/model/alert.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { AlertSink, Notes, Publisher } from '../../src/ports.ts';
import { type Sent, sendAlerts } from '../../src/send-alerts.ts';
import { aFinding, anEvent, OBJECT } from './facts.ts';
import { createFakeAlertLedger, type FakeAlertLedger } from './fake-alert-ledger.ts';
import { createFakeNotes } from './fake-lists.ts';

/** Desks, a sender and the people who hear, around one ledger. */
export interface AlertWorld {
  readonly ledger: FakeAlertLedger;
  /** Notices in the order in which they left, repetitions included. */
  readonly heard: AlertEvent[];
  readonly digests: DigestEvent[];
  readonly ports: DeliveryPorts & { readonly notes: Notes; readonly region: string };
  readonly delays: unknown[];
  /** The topic refuses everything. */
  isDown: boolean;
  now: Date;
  /** A process that reports. */
  desk(changes?: Partial<DeliveryPorts>): AlertSink;
  sweep(changes?: Partial<DeliveryPorts>): Promise<Sent>;
  /** Sweeps once in every minute. */
  pass(minutes: number): Promise<void>;
}

const MINUTE_MS = 60_000;
const signal = new AbortController().signal;

export function createAlertWorld(): AlertWorld {
  const ledger = createFakeAlertLedger();
  const clock = { now: (): Date => world.now };
  let senders = 0;
  const publisher: Publisher = {
    async publish({ event }) {
      if (world.isDown) throw new Error('the topic is down');
      if (event.type === 'holdfast.alert.v1') world.heard.push(event);
      else world.digests.push(event);
    },
  };
  const { states, cases, outbox } = ledger;
  const ports = {
    states,
    cases,
    outbox,
    mutes: { mutes: async () => ledger.mutes.filter(({ until }) => until > world.now) },
    publisher,
    clock,
    notes: createFakeNotes(clock),
    region: 'eu-west-1',
  };
  const optionsOf = () => {
    senders += 1;
    return { sender: `sender-${senders}`, place: { region: 'eu-west-1' }, windows: [] };
  };
  const world: AlertWorld = {
    ledger,
    ports,
    heard: [],
    digests: [],
    delays: [],
    isDown: false,
    now: new Date('2026-11-02T00:00:00Z'),
    desk: (changes) =>
      createAlertDesk({ ...ports, ...changes }, { ...optionsOf(), onDelay: (error) => world.delays.push(error) }),
    sweep: async (changes) => sendAlerts({ ...ports, ...changes }, { ...optionsOf(), signal }),
    async pass(minutes) {
      for (let minute = 0; minute < minutes; minute += 1) {
        world.now = new Date(world.now.getTime() + MINUTE_MS);
        await world.sweep();
      }
    },
  };
  return world;
}

/** One case of one cause: a damaged object. */
export function aDamage(key: string, changes: Partial<Finding> = {}): Alert {
  const subject = { kind: 'object-version', object: { ...OBJECT, key } } as const;
  return { finding: aFinding({ subject, ...changes }), severity: 'critical', state: 'opened', event: anEvent() };
}

/** `state count` of each notice, in order. */
export function storyOf({ heard }: Pick<AlertWorld, 'heard'>): readonly string[] {
  return heard.map(({ data: { state, count } }) => `${state} ${count}`);
}

export const call: { readonly signal: AbortSignal } = { signal };
