import { HoldfastError } from '../errors.ts';
import type { ObservedSettings } from '../model/bucket-settings.ts';
import {
  type Canary,
  CANARY_KEPT_MS,
  canaryKey,
  type CanaryKind,
  canaryNote,
  canaryPartsNote,
  type CanaryRound,
  type LinkCanaries,
  parseRounds,
} from '../model/canary.ts';
import type { Config } from '../model/config.ts';
import { type Link, linksOf } from '../model/link.ts';
import type { Call, EventMemory, Ports } from '../ports.ts';
import { mapBounded } from './map-bounded.ts';

export interface CanaryPorts extends Pick<Ports, 'region' | 'buckets' | 'objects' | 'notes' | 'clock'> {
  /** Absent: it is not asked whether the events of canaries are worked off. */
  readonly memory?: EventMemory;
}

/**
 * The canaries of the links that begin here. Those on their way are looked for at their destination, and in the ledger those whose
 * event is not known to be worked off. Throws where the ledger does not answer: then nothing is known of anybody.
 */
export async function gatherCanaries(
  config: Pick<Config, 'pairs'>,
  ports: CanaryPorts,
  call: Call,
): Promise<readonly LinkCanaries[]> {
  const links = linksOf(config).filter(({ source }) => source.region === ports.region);
  return mapBounded(links, async (link) => {
    const [settings, note, parts] = await Promise.all([
      settingsOf(link, ports, call),
      ports.notes.get(canaryNote(link), call),
      ports.notes.get(canaryPartsNote(link), call),
    ]);
    const now = ports.clock.now();
    const kept = parseRounds(note).filter(({ writtenAt }) => now.getTime() - writtenAt.getTime() < CANARY_KEPT_MS);
    return {
      link,
      settings,
      rounds: await mapBounded(kept, async (round) => lookAgain(link, round, ports, call)),
      ...(parts === undefined ? {} : { partsWrittenAt: new Date(parts) }),
    };
  });
}

async function settingsOf({ source }: Link, { buckets }: CanaryPorts, call: Call): Promise<ObservedSettings> {
  const [lifecycle, replication, encryption] = await Promise.all([
    buckets.setting(source, 'lifecycle', call),
    buckets.setting(source, 'replication', call),
    buckets.setting(source, 'encryption', call),
  ]);
  return { lifecycle, replication, encryption };
}

/** A canary of a round, and how old it is. */
interface Followed {
  readonly key: string;
  readonly canary: Canary;
  readonly ageMs: number;
}

async function lookAgain(link: Link, round: CanaryRound, ports: CanaryPorts, call: Call): Promise<CanaryRound> {
  const follow = async (kind: CanaryKind, canary: Canary): Promise<Canary> => {
    const followed = {
      key: canaryKey(link, kind),
      canary,
      ageMs: ports.clock.now().getTime() - round.writtenAt.getTime(),
    };
    const [arrival, chain] = await Promise.all([
      lookAt(link, followed, ports, call),
      askFor(link, followed, ports, call),
    ]);
    return { ...arrival, ...chain };
  };
  const [plain, kms, parts] = await Promise.all([
    follow('plain', round.plain),
    follow('kms', round.kms),
    round.parts && follow('parts', round.parts),
  ]);
  return { writtenAt: round.writtenAt, plain, kms, ...(parts && { parts }) };
}

/** Whether its event has come and was worked off: one question to the ledger, and none once it has. */
async function askFor(
  link: Link,
  { key, canary: { versionId, heardMs }, ageMs }: Followed,
  { memory }: CanaryPorts,
  call: Call,
): Promise<Pick<Canary, 'heardMs' | 'unheardMs'>> {
  if (memory === undefined || heardMs !== undefined) return {};
  const { bucket, region } = link.source;
  const isHeard = await memory.hasHeardOf({ bucket, region, key, versionId }, call);
  return isHeard ? { heardMs: ageMs } : { unheardMs: ageMs };
}

/** One HEAD, which spends no KMS request; where the canary is missing, another at the source: only what is pending is late. */
async function lookAt(
  link: Link,
  { key, canary, ageMs }: Followed,
  { objects }: CanaryPorts,
  { signal }: Call,
): Promise<Canary> {
  if (canary.lagMs !== undefined || canary.failed) return canary;
  const name = { key, versionId: canary.versionId };
  const at = ({ bucket, region }: Link['source']) => ({ bucket, region, ...name });
  try {
    const replica = await objects.head(at(link.destination), { signal, checksums: false });
    if (replica.state === 'present') return { ...canary, lagMs: ageMs };
    if (replica.state === 'unreadable') return canary;
    const source = await objects.head(at(link.source), { signal, checksums: false });
    const status = source.state === 'present' ? source.value.replicationStatus : undefined;
    if (status === 'FAILED') return { ...canary, failed: true };
    return status === 'PENDING' ? { ...canary, waitedMs: ageMs } : canary;
  } catch (error) {
    if (!(error instanceof HoldfastError) || !error.retryable) throw error;
    return canary; // nothing was learnt: a Region that is out is no late canary
  }
}
