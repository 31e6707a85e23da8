import { isMissingTable } from '../adapters/aws/translate-error.ts';
import { HoldfastError } from '../errors.ts';
import { enabledRules } from '../model/link-rules.ts';
import { type Link, linkId } from '../model/link.ts';
import type { ReplicationMeasurements } from '../model/measurements.ts';
import { valueOf } from '../model/observation.ts';
import type { PendingVersion } from '../model/pending.ts';
import { type LinkStatus, toLinkStatus } from '../policy/link-status.ts';
import type { Call } from '../ports.ts';
import type { Services } from './services.ts';

export interface StatusQuestion {
  readonly stage: string;
  /** From which age a pending version is overdue, in milliseconds. */
  readonly overdueAfterMs: number;
  /** How many of the oldest pending versions are named. */
  readonly list: number;
}

/** One rule that goes over a link. */
export interface SeenRule {
  readonly id: string;
  readonly metrics: boolean;
  readonly timeControl: boolean;
}

/** Everything that could be found out about one link, and why the rest could not. */
export interface LinkReport {
  readonly link: Link;
  readonly at: Date;
  readonly status: LinkStatus;
  /** Looks at single versions are suspended. */
  readonly bulk: boolean;
  readonly measurements?: ReplicationMeasurements;
  /** Enabled ones; absent: they cannot be read. */
  readonly rules?: readonly SeenRule[];
  /** The oldest; absent: nobody asked, or they cannot be read. */
  readonly pending?: readonly PendingVersion[];
  /** What is not known, and why. */
  readonly notes: readonly string[];
}

/** How far back S3's and our own measurements are read, in milliseconds. */
export const WINDOW_MS: number = 3_600_000;

/** Asks everybody who can know something about a link. What cannot be asked is noted, and never taken for nothing. */
export async function reportLink(
  link: Link,
  { stage, overdueAfterMs, list }: StatusQuestion,
  { services, call }: { readonly services: Services; readonly call: Call },
): Promise<LinkReport> {
  const now = services.clock.now();
  const stack = services.stack(stage);
  const notes: string[] = [];
  const ask = async <T>(what: string, answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      notes.push(isMissingTable(error) ? `${what}: no stack of stage ${stage} is there` : `${what}: ${error.message}`);
      return undefined;
    }
  };
  const replication = await services.buckets.setting(link.source, 'replication', call);
  if (replication.state === 'unreadable') notes.push(`rules of ${link.source.bucket}: ${replication.reason}`);
  const rules = enabledRules(valueOf(replication), link).map(({ id, metrics, timeControl }) => ({
    id,
    metrics: metrics || timeControl,
    timeControl,
  }));
  if (replication.state !== 'unreadable' && rules.length === 0)
    notes.push('no enabled rule: nothing goes over this link');
  const [checkpoint, measurements, pending] = await Promise.all([
    ask('checkpoint', stack.steering.checkpoint(linkId(link), call)),
    ask(
      'CloudWatch',
      stack.meter.read(link, { ruleIds: rules.map(({ id }) => id), until: now, windowMs: WINDOW_MS, ...call }),
    ),
    list === 0
      ? undefined
      : ask('pending versions', firstOf(stack.pendingIn(link.destination.region).list(linkId(link), call), list)),
  ]);
  const known = {
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(measurements === undefined ? {} : { measurements }),
  };
  return {
    link,
    at: now,
    status: toLinkStatus({ ...known, now, overdueAfterMs }),
    bulk: checkpoint?.bulk === true,
    ...(measurements === undefined ? {} : { measurements }),
    ...(replication.state === 'unreadable' ? {} : { rules }),
    ...(pending === undefined ? {} : { pending }),
    notes,
  };
}

async function firstOf<T>(all: AsyncIterable<T>, count: number): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const one of all) {
    found.push(one);
    if (found.length >= count) break;
  }
  return found;
}
