import { HoldfastError } from '../errors.ts';
import type { ObservedSettings } from '../model/bucket-settings.ts';
import {
  type Canary,
  CANARY_KEPT_MS,
  canaryKey,
  type CanaryKind,
  canaryNote,
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
    const [settings, note] = await Promise.all([
      settingsOf(link, ports, call),
      ports.notes.get(canaryNote(link), call),
    ]);
    const now = ports.clock.now();
    const kept = parseRounds(note).filter(({ writtenAt }) => now.getTime() - writtenAt.getTime() < CANARY_KEPT_MS);
    return { link, settings, rounds: await mapBounded(kept, async (round) => lookAgain(link, round, ports, call)) };
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

/** A canary of a round. */
interface Followed {
  readonly round: CanaryRound;
  readonly kind: CanaryKind;
}

async function lookAgain(link: Link, round: CanaryRound, ports: CanaryPorts, call: Call): Promise<CanaryRound> {
  const [plain, kms] = await Promise.all(
    (['plain', 'kms'] as const).map(async (kind) => {
      const [arrival, chain] = await Promise.all([
        lookAt(link, { round, kind }, ports, call),
        askFor(link, { round, kind }, ports, call),
      ]);
      return { ...arrival, ...chain };
    }),
  );
  return { ...round, ...(plain && { plain }), ...(kms && { kms }) };
}

/** Whether its event has come and was worked off: one question to the ledger, and none once it has. */
async function askFor(
  link: Link,
  { round, kind }: Followed,
  { memory, clock }: CanaryPorts,
  call: Call,
): Promise<Pick<Canary, 'heardMs' | 'unheardMs'>> {
  const { versionId, heardMs } = round[kind];
  if (memory === undefined || heardMs !== undefined) return {};
  const { bucket, region } = link.source;
  const isHeard = await memory.hasHeardOf({ bucket, region, key: canaryKey(link, kind), versionId }, call);
  const ageMs = clock.now().getTime() - round.writtenAt.getTime();
  return isHeard ? { heardMs: ageMs } : { unheardMs: ageMs };
}

/** One HEAD, which spends no KMS request; where the canary is missing, another at the source: only what is pending is late. */
async function lookAt(
  link: Link,
  { round, kind }: Followed,
  { objects, clock }: CanaryPorts,
  { signal }: Call,
): Promise<Canary> {
  const canary = round[kind];
  if (canary.lagMs !== undefined || canary.failed) return canary;
  const name = { key: canaryKey(link, kind), versionId: canary.versionId };
  const at = ({ bucket, region }: Link['source']) => ({ bucket, region, ...name });
  const ageMs = clock.now().getTime() - round.writtenAt.getTime();
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
