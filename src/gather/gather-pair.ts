import type { BucketSettingName, ObservedSettings } from '../model/bucket-settings.ts';
import type { Config } from '../model/config.ts';
import { type Link, linksFrom } from '../model/link.ts';
import type { Observation } from '../model/observation.ts';
import type { PairFactName, PairFacts, Side } from '../model/pair-facts.ts';
import type { Call, Ports, Stacks } from '../ports.ts';
import { gatherKeys, gatherRole, type ReplicationPorts } from './gather-replication.ts';

/** What is asked to learn how a pair is set up. */
export interface PairPorts extends ReplicationPorts, Pick<Ports, 'buckets' | 'clock'> {
  readonly stacks: Stacks;
}

export interface PairQuestion {
  readonly link: Link;
  readonly config: Pick<Config, 'pairs'>;
  /** Nothing else is fetched, except what finding these takes. */
  readonly needs: ReadonlySet<PairFactName>;
}

/** What finding the role and the keys takes: the rules name both, Object Lock and the default encryption add to them. */
const LEADS_TO_ROLE: readonly PairFactName[] = ['source.replication', 'source.encryption', 'source.objectLock'];

/** Looks at both buckets of a link, and at the role and keys between them. May be repeated. */
export async function gatherPair(
  { link, config, needs }: PairQuestion,
  ports: PairPorts,
  call: Call,
): Promise<PairFacts> {
  const all = needs.has('role') || needs.has('keys') ? new Set([...needs, ...LEADS_TO_ROLE]) : needs;
  const [source, destination] = await Promise.all([
    gatherSettings(link, 'source', { needs: all, ports, call }),
    gatherSettings(link, 'destination', { needs: all, ports, call }),
  ]);
  const question = { link, source };
  const keys = needs.has('role') || needs.has('keys') ? await gatherKeys(question, ports, call) : undefined;
  const role = keys === undefined ? undefined : await gatherRole({ ...question, keys }, ports, call);
  return {
    link,
    lookedAt: ports.clock.now(),
    source,
    destination,
    intended: {
      source: intendedFrom(config, link.source.bucket),
      destination: intendedFrom(config, link.destination.bucket),
    },
    ...(keys === undefined ? {} : { keys }),
    ...(role === undefined ? {} : { role }),
    signals: {
      ...(await gatherSignals(link, 'source', { needs, ports, call })),
      ...(await gatherSignals(link, 'destination', { needs, ports, call })),
    },
  };
}

interface Circumstances {
  readonly needs: ReadonlySet<PairFactName>;
  readonly ports: Pick<PairPorts, 'buckets' | 'stacks'>;
  readonly call: Call;
}

const SETTINGS = [
  'versioning',
  'replication',
  'lifecycle',
  'encryption',
  'notifications',
  'objectLock',
  'ownership',
  'publicAccessBlock',
  'policy',
  'uploads',
] as const satisfies readonly BucketSettingName[];

async function gatherSettings(
  link: Link,
  side: Side,
  { needs, ports, call }: Circumstances,
): Promise<ObservedSettings> {
  const wanted = SETTINGS.filter((name) => needs.has(`${side}.${name}`));
  const versioning = wanted.includes('versioning')
    ? await ports.buckets.setting(link[side], 'versioning', call)
    : undefined;
  // Every bucket has a versioning state: without one there is no bucket, and nothing more to be asked.
  if (versioning?.state === 'absent') return { versioning };
  const others = wanted.filter((name) => name !== 'versioning');
  const observed = await Promise.all(
    others.map(async (name) => [name, await ports.buckets.setting(link[side], name, call)] as const),
  );
  return { ...(versioning === undefined ? {} : { versioning }), ...Object.fromEntries(observed) };
}

async function gatherSignals(
  link: Link,
  side: Side,
  { needs, ports, call }: Circumstances,
): Promise<{ readonly [each in Side]?: Observation<string> }> {
  if (!needs.has(`signals.${side}`)) return {};
  const queue = await ports.stacks.signalsQueue(link[side].region, call);
  return queue === undefined ? {} : { [side]: queue };
}

function intendedFrom(config: Pick<Config, 'pairs'>, bucket: string): PairFacts['intended'][Side] {
  return linksFrom(config, bucket).map(({ destination }) => destination);
}
