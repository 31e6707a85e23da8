import {
  type Canary,
  canaryKey,
  type CanaryKind,
  canaryNote,
  canaryPartsNote,
  CANARY_KEPT_MS,
  CANARY_PARTS_EVERY_MS,
  type CanaryRound,
  formatRounds,
  type LinkCanaries,
} from '../model/canary.ts';
import { linkId } from '../model/link.ts';
import { type Observation, type UnreadableReason, valueOf } from '../model/observation.ts';
import type { Call, CanaryWriter, Ports } from '../ports.ts';

/** The canaries of a link, and the key for a round that is due; without it none is written. */
export interface DueCanaries {
  readonly canaries: LinkCanaries;
  readonly kmsKeyId?: string;
  /** Absent: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** One that is uploaded in parts belongs to the round. */
  readonly parts?: boolean;
}

type SendPorts = Pick<Ports, 'notes' | 'clock'> & { readonly writer: CanaryWriter };

/** The canaries of every link as they are now, and what kept some from being written or remembered: trouble of our own. */
export interface SentCanaries {
  readonly canaries: readonly LinkCanaries[];
  readonly errors: readonly unknown[];
}

/** Writes the rounds that are due and remembers all. A crash in between forgets a round: it was two objects for nothing. */
export async function sendCanaries(due: readonly DueCanaries[], ports: SendPorts, call: Call): Promise<SentCanaries> {
  const errors: unknown[] = [];
  const canaries = await Promise.all(
    due.map(async (each) => {
      try {
        return await send(each, ports, call);
      } catch (error) {
        errors.push(error); // told by whoever asked, after every other link had its turn
        return each.canaries;
      }
    }),
  );
  return { canaries, errors };
}

async function send(
  { canaries, kmsKeyId, tags = {}, parts = false }: DueCanaries,
  ports: SendPorts,
  call: Call,
): Promise<LinkCanaries> {
  const { link } = canaries;
  const written = kmsKeyId === undefined ? undefined : await writeRound({ link, kmsKeyId, tags, parts }, ports, call);
  const refused = typeof written === 'string' ? written : undefined;
  const rounds = typeof written === 'object' ? [...canaries.rounds, written] : canaries.rounds;
  if (rounds.length > 0) {
    const keep = { signal: call.signal, keepForMs: CANARY_KEPT_MS };
    await ports.notes.put(canaryNote(link), formatRounds(rounds), keep);
  }
  const partsWrittenAt = typeof written === 'object' && written.parts !== undefined ? written.writtenAt : undefined;
  if (partsWrittenAt !== undefined) {
    const keep = { signal: call.signal, keepForMs: CANARY_PARTS_EVERY_MS };
    await ports.notes.put(canaryPartsNote(link), partsWrittenAt.toISOString(), keep);
  }
  return {
    ...canaries,
    rounds,
    ...(partsWrittenAt === undefined ? {} : { partsWrittenAt }),
    ...(refused === undefined ? {} : { refused }),
  };
}

interface DueRound extends Pick<DueCanaries, 'parts' | 'tags'> {
  readonly link: LinkCanaries['link'];
  readonly kmsKeyId: string;
}

/** The round, or why it could not be written; `undefined`: without versions nothing can be followed. */
async function writeRound(
  { link, kmsKeyId, tags = {}, parts }: DueRound,
  { writer, clock }: SendPorts,
  call: Call,
): Promise<CanaryRound | UnreadableReason | undefined> {
  const writtenAt = clock.now();
  const { bucket, region } = link.source;
  const text = `Canary of Holdfast on the link ${linkId(link)}, written at ${writtenAt.toISOString()}.\n`;
  const put = async (kind: CanaryKind, key: { readonly kmsKeyId?: string }): Promise<Observation<string>> =>
    writer.put({ bucket, region, key: canaryKey(link, kind), text, tags, inParts: kind === 'parts', ...key }, call);
  const kms = await put('kms', { kmsKeyId });
  if (kms.state !== 'present') return kms.state === 'unreadable' ? kms.reason : undefined;
  const plain = await put('plain', {});
  if (plain.state !== 'present') return plain.state === 'unreadable' ? plain.reason : undefined;
  const round = { writtenAt, plain: onItsWay(plain.value), kms: onItsWay(kms.value) };
  const large = parts === true ? valueOf(await put('parts', { kmsKeyId })) : undefined;
  return large === undefined ? round : { ...round, parts: onItsWay(large) }; // refused: with the next round
}

function onItsWay(versionId: string): Canary {
  return { versionId, waitedMs: 0 };
}
