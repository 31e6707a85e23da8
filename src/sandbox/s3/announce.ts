import type { Fault, SandboxRequest, World } from '../service.ts';
import { principalId, randomHex } from './identifiers.ts';
import { hostIdOf } from './s3-request.ts';
import { randomUuid } from '../random.ts';
import { busEvent } from './bus-event.ts';
import { eventMessage, type EventCause, type EventDetails } from './event-message.ts';
import { wants } from './notification-config.ts';
import type { Bucket } from './stored.ts';

/** Sandbox time from an operation to the delivery of its event. */
const DELIVERY_MS = 20;
/** S3 tries again for a while where a destination does not take an event. */
const RETRY_MS = 1000;
const LARGEST_RETRY_MS = 60_000;
const ATTEMPTS = 40;

const DEFAULT_FAULT_MS: Partial<Record<Fault['kind'], number>> = {
  'delay-event': 60_000,
  'duplicate-event': 500,
  'reorder-events': 2000,
};

export interface Announcer {
  /** Sends an event to whoever the bucket's configuration names; returns before it is delivered. */
  announce(bucket: Bucket, details: EventDetails, cause: EventCause): void;
  /** Events that are on their way. */
  pending(): number;
}

/** Events that a request causes carry its IDs and its sender. */
export function causedBy({ requestId, principal, headers }: SandboxRequest): EventCause {
  return {
    principalId: principalId(principal),
    sourceIp: headers['x-forwarded-for'] ?? '127.0.0.1',
    requestId,
    hostId: hostIdOf(requestId),
  };
}

/** Events that S3 itself causes. */
export function causedByS3({ random }: Pick<World, 'random'>): EventCause {
  const requestId = randomHex(random, 16).toUpperCase();
  return { principalId: 's3.amazonaws.com', sourceIp: 's3.amazonaws.com', requestId, hostId: hostIdOf(requestId) };
}

export function createAnnouncer(world: World): Announcer {
  const { clock, faults, random } = world;
  let pending = 0;

  function send(handOver: () => Promise<void>): (delayMs: number) => void {
    const attempt = (delayMs: number, attemptsLeft: number): void => {
      clock.schedule(delayMs, async () => {
        try {
          await handOver();
        } catch {
          // The destination is gone, refuses us or is in a Region that is down: again later, as S3 does.
          if (attemptsLeft > 0) {
            attempt(Math.min(LARGEST_RETRY_MS, RETRY_MS * 2 ** (ATTEMPTS - attemptsLeft)), attemptsLeft - 1);
            return;
          }
        }
        pending -= 1;
      });
    };
    return (delayMs) => {
      pending += 1;
      attempt(delayMs, ATTEMPTS);
    };
  }

  /** To whom an event goes, each with how it is handed over. */
  function recipients(bucket: Bucket, details: EventDetails, cause: EventCause): readonly (() => Promise<void>)[] {
    const at = new Date(clock.now());
    const direct = bucket.notifications.filter((target) => wants(target, details));
    const { eventBridgeFromMs = Infinity } = bucket;
    const event =
      eventBridgeFromMs > clock.now() ? undefined : busEvent({ bucket, details, cause, at, id: randomUuid(random) });
    return [
      ...direct.map(({ id, arn }) => async () => {
        const body = eventMessage({ bucket, details, cause, at, configurationId: id });
        const sourceArn = `arn:aws:s3:::${bucket.name}`;
        const sender = 's3.amazonaws.com';
        await world.deliver({ targetArn: arn, body, sender, sourceArn, sourceAccount: bucket.account });
      }),
      ...(event === undefined ? [] : [async () => world.publish?.(event)]),
    ];
  }

  return {
    announce(bucket, details, cause) {
      for (const handOver of recipients(bucket, details, cause)) {
        const deliver = send(handOver);
        const fault = (kind: Fault['kind']): number | undefined => {
          const taken = faults.take(kind, {
            region: bucket.region,
            service: 's3',
            operation: details.name,
            bucket: bucket.name,
            key: details.key,
            ...(details.versionId === undefined ? {} : { versionId: details.versionId }),
          });
          return taken === undefined ? undefined : (taken.delayMs ?? DEFAULT_FAULT_MS[kind] ?? 0);
        };
        if (fault('lose-event') !== undefined) continue;
        const delayMs = DELIVERY_MS + (fault('delay-event') ?? 0) + random() * (fault('reorder-events') ?? 0);
        deliver(delayMs);
        const duplicateMs = fault('duplicate-event');
        if (duplicateMs !== undefined) deliver(delayMs + duplicateMs);
      }
    },
    pending: () => pending,
  };
}
