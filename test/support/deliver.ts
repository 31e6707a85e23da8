import { createMonitor } from '../../src/monitor.ts';
import type { Config } from '../../src/model/config.ts';
import type { ObjectEvent } from '../../src/model/event.ts';
import type { Budget } from '../../src/monitor.ts';
import type { Ports } from '../../src/ports.ts';
import { aConfig, anEvent } from './facts.ts';
import type { Stored } from './fake-cloud.ts';
import type { FakeWorld } from './fake-ports.ts';

export interface Delivery {
  readonly config?: Config;
  /** Budget of each invocation. */
  readonly budget?: () => Budget;
  /** Wraps the ports of each invocation, e.g. to let it crash. */
  readonly through?: (ports: Ports) => Ports;
  /** Which of the messages that can be received comes next; the first by default. */
  readonly pick?: (count: number) => number;
}

/** Most invocations until everything must be acknowledged. */
const MOST_INVOCATIONS = 2_000;

export function aBudget(changes: Partial<Budget> = {}): Budget {
  return { signal: new AbortController().signal, ...changes };
}

/**
 * Puts messages on the queue and lets the monitor work until nothing is left: a message that fails is delivered again, time
 * goes on when all that is left is due later.
 */
export async function deliver(world: FakeWorld, bodies: readonly string[], delivery: Delivery = {}): Promise<void> {
  const { config = aConfig(), budget = aBudget, through = (ports: Ports) => ports, pick = () => 0 } = delivery;
  for (const body of bodies) world.queue.push({ body, visibleAt: world.now });
  for (let count = 0; world.queue.length > 0; count++) {
    if (count === MOST_INVOCATIONS) throw new Error(`${world.queue.length} messages are never acknowledged`);
    const earliest = Math.min(...world.queue.map(({ visibleAt }) => visibleAt.getTime()));
    world.now = new Date(Math.max(world.now.getTime(), earliest));
    const ready = world.queue.filter(({ visibleAt }) => visibleAt <= world.now);
    const message = ready[pick(ready.length)] ?? ready[0];
    if (message === undefined) throw new Error('nothing can be received');
    world.queue.splice(world.queue.indexOf(message), 1);
    try {
      await createMonitor(through(world.ports), config).receive(message.body, budget());
    } catch {
      world.queue.push(message);
    }
  }
}

/** The event that S3 sends when this version was created. */
export function creationOf({ object, state }: Stored, changes: Partial<ObjectEvent> = {}): ObjectEvent {
  const etag = state.etag.kind === 'opaque' ? state.etag.value : state.etag.hex;
  const suffix = state.etag.kind === 'multipart' ? `-${state.etag.partCount}` : '';
  return anEvent({ object, sizeBytes: state.sizeBytes, etag: `${etag}${suffix}`, ...changes });
}

/** A notification as S3 sends it. */
export function notificationOf(...events: readonly ObjectEvent[]): string {
  const Records = events.map(({ name, object, eventAt, sizeBytes, etag, sequencer, replication }) => ({
    eventVersion: '2.4',
    eventSource: 'aws:s3',
    awsRegion: object.region,
    eventTime: eventAt.toISOString(),
    eventName: name,
    s3: {
      bucket: { name: object.bucket, arn: `arn:aws:s3:::${object.bucket}` },
      object: {
        key: encodeURIComponent(object.key).replaceAll('%2F', '/').replaceAll('%20', '+'),
        size: sizeBytes,
        eTag: etag,
        versionId: object.versionId,
        sequencer,
      },
    },
    replicationEventData: replication && reportOf(replication),
  }));
  return JSON.stringify({ Records });
}

function reportOf({ ruleId, destinationBucket, operation, failureReason }: NonNullable<ObjectEvent['replication']>) {
  return {
    replicationRuleId: ruleId,
    destinationBucket: `arn:aws:s3:::${destinationBucket}`,
    s3Operation: operation,
    failureReason,
  };
}
