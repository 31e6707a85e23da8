import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../src/errors.ts';
import { gatherCanaries } from '../../src/gather/gather-canaries.ts';
import { canaryKey, canaryNote, canaryPartsNote, type CanaryRound, formatRounds } from '../../src/model/canary.ts';
import type { ObjectState, ReplicationStatus } from '../../src/model/facts.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import { aState } from '../support/facts.ts';
import { createFakeWorld } from '../support/fake-ports.ts';
import { aLink, aPair, HOUR_MS, MINUTE_MS, pairConfig } from '../support/pairs.ts';

const call = { signal: new AbortController().signal };
const link = aLink();
const ABSENT = { state: 'absent' } as const;
const SOON = { versionId: 'v', waitedMs: 0 };

type Answer = Observation<ObjectState> | HoldfastError;

const of = (replicationStatus?: ReplicationStatus): Answer =>
  present(aState(replicationStatus === undefined ? {} : { replicationStatus }));

const trouble = (kind: HoldfastError['kind']): HoldfastError => new HoldfastError(kind, 'ObjectStore.head', 'out');

/** Rounds as they are after one look, three minutes after the only one was written, and what was asked for. */
async function look(
  answers: { readonly replica: Answer; readonly source?: Answer },
  { rounds, region = 'eu-west-1' }: { readonly rounds?: readonly CanaryRound[]; readonly region?: string } = {},
) {
  const world = createFakeWorld();
  const writtenAt = new Date(world.now.getTime() - 3 * MINUTE_MS);
  const note = formatRounds(rounds ?? [{ writtenAt, plain: { ...SOON, lagMs: MINUTE_MS }, kms: SOON }]);
  await world.ports.notes.put(canaryNote(link), note, { ...call, keepForMs: HOUR_MS });
  const asked: string[] = [];
  const objects: typeof world.ports.objects = {
    ...world.ports.objects,
    head: async ({ bucket, key, versionId }, { checksums }) => {
      asked.push(`${bucket} ${key} ${versionId} ${checksums}`);
      const answer = bucket === 'photos' ? (answers.source ?? of('PENDING')) : answers.replica;
      if (answer instanceof HoldfastError) throw answer;
      return answer;
    },
  };
  const found = await gatherCanaries(pairConfig([aPair()]), { ...world.ports, objects, region }, call);
  return { found, asked, kms: found[0]?.rounds[0]?.kms };
}

describe('a canary on its way', () => {
  it.each<[string, Parameters<typeof look>[0], object]>([
    ['has arrived when it is seen', { replica: of('REPLICA') }, { ...SOON, lagMs: 3 * MINUTE_MS }],
    ['waits while S3 calls it pending', { replica: ABSENT }, { ...SOON, waitedMs: 3 * MINUTE_MS }],
    ['has failed where S3 says so', { replica: ABSENT, source: of('FAILED') }, { ...SOON, failed: true }],
    ['may have arrived between two requests', { replica: ABSENT, source: of('COMPLETED') }, SOON],
    ['is not known to wait where S3 says nothing', { replica: ABSENT, source: of() }, SOON],
    ['is not known to wait where the source is gone', { replica: ABSENT, source: ABSENT }, SOON],
    ['is not known to wait where nobody may look', { replica: { state: 'unreadable', reason: 'access-denied' } }, SOON],
    ['is not known to wait while a Region is out', { replica: trouble('unavailable') }, SOON],
    ['is not known to wait while the source is throttled', { replica: ABSENT, source: trouble('throttled') }, SOON],
  ])('%s', async (_title, answers, expected) => {
    expect((await look(answers)).kms).toEqual(expected);
  });

  it('costs one request, without checksums, and none once it has arrived or failed', async () => {
    const { asked } = await look({ replica: of('REPLICA') });
    expect(asked).toEqual([`photos-copy ${canaryKey(link, 'kms')} v false`]);
    const writtenAt = new Date('2026-11-01T23:57:00Z');
    const settled = [{ writtenAt, plain: { ...SOON, failed: true as const }, kms: { ...SOON, lagMs: 1 } }];
    expect((await look({ replica: ABSENT }, { rounds: settled })).asked).toEqual([]);
  });

  it('is forgotten after an hour', async () => {
    const rounds = [{ writtenAt: new Date('2026-11-01T23:00:00Z'), plain: SOON, kms: SOON }];
    expect((await look({ replica: ABSENT }, { rounds })).found).toMatchObject([{ rounds: [] }]);
  });

  it('that was uploaded in parts is followed as well, and it is known when', async () => {
    const world = createFakeWorld();
    const put = async (name: string, text: string): Promise<void> =>
      world.ports.notes.put(name, text, { ...call, keepForMs: HOUR_MS });
    const round = { writtenAt: world.now, plain: { ...SOON, lagMs: 1 }, kms: { ...SOON, lagMs: 1 }, parts: SOON };
    await put(canaryNote(link), formatRounds([round]));
    await put(canaryPartsNote(link), '2026-11-01T20:00:00.000Z');
    const asked: string[] = [];
    const head: typeof world.ports.objects.head = async ({ key }) => {
      asked.push(key);
      return present(aState({ replicationStatus: 'REPLICA' }));
    };
    const ports = { ...world.ports, objects: { ...world.ports.objects, head } };
    expect(await gatherCanaries(pairConfig([aPair()]), ports, call)).toMatchObject([
      { partsWrittenAt: new Date('2026-11-01T20:00:00Z'), rounds: [{ ...round, parts: { ...SOON, lagMs: 0 } }] },
    ]);
    expect(asked).toEqual([canaryKey(link, 'parts')]);
  });

  it('is the business of the Region that it was written in', async () => {
    expect((await look({ replica: ABSENT }, { region: 'us-east-1' })).found).toEqual([]);
  });

  it('is no reason to hide that our own role is wrong', async () => {
    await expect(look({ replica: trouble('access-denied') })).rejects.toThrow('out');
  });
});

describe('the event of a canary', () => {
  /** The SSE-KMS canary after each of two looks, three minutes after it was written, and what the ledger was asked. */
  async function ask(heard: boolean, kms: CanaryRound['kms'] = { ...SOON, lagMs: MINUTE_MS }) {
    const world = createFakeWorld();
    const writtenAt = new Date(world.now.getTime() - 3 * MINUTE_MS);
    const note = formatRounds([{ writtenAt, plain: { ...SOON, failed: true, heardMs: 1 }, kms }]);
    await world.ports.notes.put(canaryNote(link), note, { ...call, keepForMs: HOUR_MS });
    const asked: unknown[] = [];
    const memory: NonNullable<Parameters<typeof gatherCanaries>[1]['memory']> = {
      hasHeardOf: async (object) => {
        asked.push(object);
        return heard;
      },
    };
    const [found] = await gatherCanaries(pairConfig([aPair()]), { ...world.ports, memory }, call);
    return { asked, kms: found?.rounds[0]?.kms };
  }

  it('has been worked off once a look at its version is settled', async () => {
    const { asked, kms } = await ask(true);
    expect(kms).toEqual({ ...SOON, lagMs: MINUTE_MS, heardMs: 3 * MINUTE_MS });
    expect(asked).toEqual([{ bucket: 'photos', region: 'eu-west-1', key: canaryKey(link, 'kms'), versionId: 'v' }]);
  });

  it('has not come as long as the ledger knows of none', async () => {
    expect((await ask(false)).kms).toEqual({ ...SOON, lagMs: MINUTE_MS, unheardMs: 3 * MINUTE_MS });
  });

  it('is not asked for again', async () => {
    const known = { ...SOON, lagMs: MINUTE_MS, heardMs: 2 * MINUTE_MS };
    expect(await ask(false, known)).toEqual({ asked: [], kms: known });
  });
});
