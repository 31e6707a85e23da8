import { describe, expect, it } from 'vitest';
import { identifyCase } from '../src/act/identify-case.ts';
import type { Alert } from '../src/model/action.ts';
import type { Finding } from '../src/model/finding.ts';
import { aDamage, type AlertWorld, call, createAlertWorld, storyOf } from './support/alert-world.ts';
import { aFinding, anEvent, OBJECT } from './support/facts.ts';

const HOUR_MS = 3_600_000;
const later = (world: AlertWorld, ms: number): void => {
  world.now = new Date(world.now.getTime() + ms);
};
const proofOf = (key: string): Finding =>
  aFinding({
    verdict: 'verified',
    code: 'content-verified',
    subject: { kind: 'object-version', object: { ...OBJECT, key } },
    evidence: { against: 'etag' },
  });
const failed = (key: string, evidence: Finding['evidence'], eventAt = new Date('2026-11-01T00:00:00Z')): Alert => ({
  finding: aFinding({
    code: 'replication-failed',
    subject: { kind: 'object-version', object: { ...OBJECT, key } },
    evidence: { destinationBucket: 'copy', ...evidence },
  }),
  severity: 'warning',
  state: 'opened',
  event: anEvent({ eventAt }),
});

describe('the desk', () => {
  it('tells of the first few cases at once, each with its object, and gathers the others', async () => {
    const world = createAlertWorld();
    const desk = world.desk();
    for (let n = 1; n <= 8; n += 1) await desk.open(aDamage(`k${n}`), call);
    expect(storyOf(world)).toEqual(['opened 1', 'opened 2', 'opened 3', 'opened 4', 'opened 5']);
    const named = world.heard.flatMap(({ data }) => data.examples.map(({ subject }) => subject));
    expect(named).toContainEqual({ kind: 'object-version', object: { ...OBJECT, key: 'k5' } });
    await world.pass(2);
    expect(storyOf(world).slice(5)).toEqual(['opened 8']);
    expect(world.heard.at(-1)?.data.examples).toHaveLength(8);
    expect(new Set(world.heard.map(({ data }) => data.fingerprint)).size).toBe(1);
    expect(new Set(world.heard.map(({ id }) => id)).size).toBe(6);
  });

  it('counts a case once, whoever reports it and however often', async () => {
    const world = createAlertWorld();
    const desks = [world.desk(), world.desk()];
    for (let n = 0; n < 3; n += 1) for (const desk of desks) await desk.open(aDamage('k'), call);
    await world.pass(30);
    expect(storyOf(world)).toEqual(['opened 1']);
  });

  it('counts a case once that two report in the same moment', async () => {
    const world = createAlertWorld();
    const desks = [world.desk(), world.desk(), world.desk()];
    await Promise.all(desks.map(async (desk) => desk.open(aDamage('k'), call)));
    expect(world.ledger.all().map(({ phase }) => phase)).toEqual(['open']);
    await world.pass(5);
    expect(world.heard.at(-1)?.data.count).toBe(1);
  });

  it('has the notice in the outbox where the topic fails, and the sender sends it', async () => {
    const world = createAlertWorld();
    world.isDown = true;
    await world.desk().open(aDamage('k'), call);
    expect(world.delays).toEqual([new Error('the topic is down')]);
    later(world, 60_000);
    const { errors, oldestUndeliveredMs } = await world.sweep();
    expect([errors.length, oldestUndeliveredMs]).toEqual([1, 60_000]);
    world.isDown = false;
    await world.pass(2);
    expect(storyOf(world)).toEqual(['opened 1']);
    expect(await world.sweep()).toEqual({ due: 0, errors: [], oldestUndeliveredMs: 0 });
  });

  it('publishes a proof as it is, and keeps nothing of it', async () => {
    const world = createAlertWorld();
    await world.desk().open({ finding: proofOf('k'), severity: 'info', state: 'noted' }, call);
    expect(world.heard.map(({ data: { code, state } }) => `${code} ${state}`)).toEqual(['content-verified noted']);
    expect(world.ledger.writes()).toBe(0);
  });

  it('asks for redelivery where a proof cannot leave: nothing else remembers it', async () => {
    const world = createAlertWorld();
    world.isDown = true;
    const proof = { finding: proofOf('k'), severity: 'info', state: 'noted' } as const;
    await expect(world.desk().open(proof, call)).rejects.toThrow('the topic is down');
  });
});

describe('what is over', () => {
  it('is told once, when the last case is seen healed', async () => {
    const world = createAlertWorld();
    const desk = world.desk();
    await desk.open(aDamage('a'), call);
    await desk.open(aDamage('b'), call);
    later(world, 90_000);
    await world.desk().heal([proofOf('a')], call);
    expect(storyOf(world)).toEqual(['opened 1', 'opened 2']);
    await world.desk().heal([proofOf('b'), proofOf('b')], call);
    await world.pass(3);
    expect(storyOf(world)).toEqual(['opened 1', 'opened 2', 'resolved 2']);
    expect(world.heard.at(-1)?.data).toMatchObject({ resolution: 'gone', healed: 2, notice: 3 });
  });

  it('begins another episode when it comes back', async () => {
    const world = createAlertWorld();
    const desk = world.desk();
    await desk.open(aDamage('a'), call);
    later(world, 1_000);
    await desk.resolve(identifyCase(aDamage('a')), call);
    later(world, 1_000);
    await desk.open(aDamage('a'), call);
    expect(world.heard.map(({ data: { state, episode } }) => `${state} ${episode}`)).toEqual([
      'opened 1',
      'resolved 1',
      'opened 2',
    ]);
  });

  it('is not opened again by what S3 said before', async () => {
    const world = createAlertWorld();
    const desk = world.desk();
    const report = failed('a', { reportedBy: 's3', failureReason: 'DstBucketNotFound' });
    await desk.open(report, call);
    later(world, 1_000);
    await desk.resolve(identifyCase(report), call);
    later(world, HOUR_MS);
    await desk.open(report, call);
    await world.pass(5);
    expect(storyOf(world)).toEqual(['opened 1', 'resolved 1']);
    expect(world.ledger.all().map(({ phase }) => phase)).toEqual(['resolved']);
  });

  it('is open again where a person closed it and S3 had said more that nobody had heard', async () => {
    const world = createAlertWorld();
    await world.desk().open(failed('a', { reportedBy: 's3' }), call);
    const [state] = world.ledger.all();
    if (state === undefined) throw new Error('there is no state');
    later(world, HOUR_MS);
    const closed = { ...state, phase: 'resolved', resolution: 'closed', resolvedAt: world.now } as const;
    const told = await world.ledger.states.get(state.fingerprint, call);
    await world.ledger.states.save(
      { state: { ...closed, ...told?.state, ...closed }, version: told?.version ?? 0 },
      call,
    );
    await world.desk().open(failed('b', { reportedBy: 's3' }), call);
    expect(world.ledger.all().map(({ phase, episode }) => `${phase} ${episode}`)).toEqual(['open 2']);
  });

  it('is quiet after seven days without a new case, and says that nobody proved it', async () => {
    const world = createAlertWorld();
    await world.desk().open(aDamage('a'), call);
    for (let hour = 0; hour < 24 * 7 + 1; hour += 1) {
      later(world, HOUR_MS);
      await world.sweep();
    }
    const last = world.heard.at(-1)?.data;
    expect([last?.state, last?.resolution, last?.healed]).toEqual(['resolved', 'quiet', 0]);
    expect(storyOf(world).filter((each) => each === 'repeated 1')).toHaveLength(6); // critical: every day
  });

  it('has healed no case of another object, bucket or kind', async () => {
    const world = createAlertWorld();
    await world.desk().open(aDamage('a'), call);
    await world.desk().open(failed('a', {}), call);
    later(world, 90_000);
    await world.desk().heal([proofOf('b')], call);
    await world.pass(2);
    expect(world.ledger.all().map(({ phase }) => phase)).toEqual(['open', 'open']);
  });

  it('asks the ledger for nothing but what is open, once a minute, while nothing is', async () => {
    const world = createAlertWorld();
    let asked = 0;
    const states = { ...world.ports.states, list: async () => ((asked += 1), []) };
    const desk = world.desk({ states });
    for (let n = 0; n < 50; n += 1) await desk.heal([proofOf(`k${n}`)], call);
    expect(asked).toBe(1);
  });

  it('counts a case that heals and comes back once', async () => {
    const world = createAlertWorld();
    const desk = world.desk();
    await desk.open(aDamage('a'), call);
    await desk.open(aDamage('b'), call);
    later(world, 61_000);
    await desk.heal([proofOf('a')], call);
    later(world, 61_000);
    await desk.open(aDamage('a'), call);
    await world.pass(2);
    const [state] = world.ledger.all();
    const tally = await world.ledger.cases.tally(state?.fingerprint ?? '', 1, call);
    expect([tally.count, tally.healed]).toEqual([2, 0]);
  });
});

describe('a failure of a replication', () => {
  it('is one case, whether S3 gave the reason or a look saw it without', async () => {
    const world = createAlertWorld();
    const desk = world.desk();
    await desk.open(failed('a', { reportedBy: 's3', failureReason: 'DstBucketNotFound' }), call);
    await desk.open(failed('a', { reportedBy: 'replication-status' }), call);
    expect(storyOf(world)).toEqual(['opened 1']);
  });

  it('is a cause of its own for each reason: each wants another answer', async () => {
    const world = createAlertWorld();
    const desk = world.desk();
    await desk.open(failed('a', { reportedBy: 's3', failureReason: 'DstBucketNotFound' }), call);
    await desk.open(failed('b', { reportedBy: 's3', failureReason: 'DstKmsKeyNotFound' }), call);
    expect(new Set(world.heard.map(({ data }) => data.fingerprint)).size).toBe(2);
  });
});

describe('a mute', () => {
  it('lets nobody hear until it ends, and counts all the same', async () => {
    const world = createAlertWorld();
    world.ledger.mutes.push({
      id: 'm',
      until: new Date(world.now.getTime() + 30 * 60_000),
      by: 'me',
      reason: 'moving',
      bucket: OBJECT.bucket,
    });
    const desk = world.desk();
    for (const key of ['a', 'b', 'c']) await desk.open(aDamage(key), call);
    await world.pass(29);
    expect(storyOf(world)).toEqual([]);
    await world.pass(2);
    expect(storyOf(world)).toEqual(['opened 3']);
  });
});

describe('what wants no answer', () => {
  const unreadable = (key: string): Alert => ({
    ...aDamage(key, { verdict: 'unverifiable', code: 'content-unreadable', evidence: { reason: 'archived' } }),
    severity: 'info',
    state: 'noted',
  });

  it('is told by itself a few times, then once a day for all', async () => {
    const world = createAlertWorld();
    const desk = world.desk();
    for (let n = 0; n < 40; n += 1) await desk.open(unreadable(`k${n}`), call);
    await world.pass(3);
    expect(storyOf(world)).toEqual(['noted 1', 'noted 2', 'noted 3', 'noted 4', 'noted 5']);
    expect(world.digests).toEqual([]);
    later(world, 24 * HOUR_MS);
    await world.pass(10);
    expect(world.digests.map(({ data }) => data.causes.map(({ count }) => count))).toEqual([[35]]);
    expect(storyOf(world)).toHaveLength(5);
  });

  it('gives no digest where nothing is new', async () => {
    const world = createAlertWorld();
    await world.desk().open(unreadable('k'), call);
    await world.pass(2);
    for (let day = 0; day < 3; day += 1) {
      later(world, 24 * HOUR_MS);
      await world.sweep();
    }
    expect(world.digests).toEqual([]);
  });
});

describe('a case that comes while an episode ends', () => {
  /** A desk that reads the state, and before it goes on, this happens. */
  const deskThatReads = (world: AlertWorld, meanwhile: () => Promise<void>) => {
    let isFirst = true;
    const get: typeof world.ports.states.get = async (fingerprint, options) => {
      const kept = await world.ports.states.get(fingerprint, options);
      if (isFirst) {
        isFirst = false;
        await meanwhile();
      }
      return kept;
    };
    return world.desk({ states: { ...world.ports.states, get } });
  };
  const toldKeys = (world: AlertWorld): ReadonlySet<string> =>
    new Set(
      world.heard.flatMap(({ data }) =>
        data.examples.map(({ subject }) => (subject.kind === 'object-version' ? subject.object.key : '')),
      ),
    );

  it('opens it again', async () => {
    const world = createAlertWorld();
    const other = world.desk();
    await other.open(aDamage('k1'), call);
    await deskThatReads(world, async () => other.heal([proofOf('k1')], call)).open(aDamage('k2'), call);
    await world.pass(2);
    expect(storyOf(world)).toEqual(['opened 1', 'resolved 1', 'opened 2']);
    expect(world.ledger.all().map(({ phase, episode }) => [phase, episode])).toEqual([['open', 1]]);
  });

  it('belongs to the next one, where that has begun', async () => {
    const world = createAlertWorld();
    const other = world.desk();
    await other.open(aDamage('k1'), call);
    const desk = deskThatReads(world, async () => {
      await other.heal([proofOf('k1')], call);
      await world.desk().open(aDamage('k3'), call);
    });
    await desk.open(aDamage('k2'), call);
    await world.pass(2);
    expect(storyOf(world)).toEqual(['opened 1', 'resolved 1', 'opened 1', 'opened 2']);
    expect(toldKeys(world)).toEqual(new Set(['k1', 'k2', 'k3']));
  });

  it('goes with it, where it was opened again before the next one began', async () => {
    const world = createAlertWorld();
    const other = world.desk();
    await other.open(aDamage('k1'), call);
    await other.heal([proofOf('k1')], call);
    const [resolved] = await world.ports.states.list(call);
    const desk = deskThatReads(world, async () => {
      if (resolved === undefined) throw new TypeError('expected a state');
      const { resolution: _, resolvedAt: __, ...state } = resolved.state;
      await world.ports.states.save({ ...resolved, state: { ...state, phase: 'open' } }, call);
    });
    await desk.open(aDamage('k2'), call);
    await world.pass(2);
    expect(world.ledger.all().map(({ phase, episode }) => [phase, episode])).toEqual([['open', 1]]);
    expect(toldKeys(world)).toEqual(new Set(['k1', 'k2']));
  });

  it('is told, although a sender looks before the next one is written', async () => {
    const world = createAlertWorld();
    const other = world.desk();
    await other.open(aDamage('k1'), call);
    await other.heal([proofOf('k1')], call);
    const save: typeof world.ports.states.save = async (kept, options) => {
      if (kept.state.episode === 2) await world.sweep();
      return world.ports.states.save(kept, options);
    };
    await world.desk({ states: { ...world.ports.states, save } }).open(aDamage('k2'), call);
    await world.pass(2);
    expect(storyOf(world)).toEqual(['opened 1', 'resolved 1', 'opened 1']);
  });

  it('opens again what a person closes in that moment, although S3 said the case before', async () => {
    const world = createAlertWorld();
    await world.desk().open(failed('k1', {}, new Date('2026-10-31T00:00:00Z')), call);
    const desk = deskThatReads(world, async () => {
      const [kept] = await world.ports.states.list(call);
      if (kept === undefined) throw new TypeError('expected a state');
      const closed = { ...kept.state, phase: 'resolved', resolution: 'closed', resolvedAt: world.now } as const;
      await world.ports.states.save({ ...kept, state: closed }, call);
    });
    await desk.open(failed('k2', { reportedBy: 's3' }, new Date('2026-11-01T00:00:00Z')), call);
    await world.pass(2);
    expect(world.ledger.all().map(({ phase, count }) => [phase, count])).toEqual([['open', 2]]);
    expect(toldKeys(world)).toEqual(new Set(['k1', 'k2']));
  });

  it('is none where a counter is one too high: it stays resolved', async () => {
    const world = createAlertWorld();
    const tally: typeof world.ports.cases.tally = async (...of) => {
      const counted = await world.ports.cases.tally(...of);
      return { ...counted, count: counted.count + 1 }; // whoever counted one more died before writing it
    };
    const cases = { ...world.ports.cases, tally };
    const desk = world.desk({ cases });
    await desk.open(aDamage('k1'), call);
    await desk.heal([proofOf('k1')], call);
    for (let sweeps = 0; sweeps < 3; sweeps += 1) await world.sweep({ cases });
    expect(storyOf(world)).toEqual(['opened 1', 'resolved 1']);
  });
});
