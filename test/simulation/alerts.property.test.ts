import fc from 'fast-check';
import { expect, it } from 'vitest';
import { identifyCase } from '../../src/act/identify-case.ts';
import type { DeliveryPorts } from '../../src/alert-delivery.ts';
import type { AlertEvent } from '../../src/model/alert.ts';
import type { Finding } from '../../src/model/finding.ts';
import { aDamage, type AlertWorld, call, createAlertWorld } from '../support/alert-world.ts';
import { aFinding, OBJECT } from '../support/facts.ts';

const HOUR_MS = 3_600_000;
const BUCKETS = ['a', 'b'];
const KEYS = 7;

/** What a process does: reports the case, proves the object, sweeps the outbox. */
type Step =
  | { readonly kind: 'report' | 'prove'; readonly bucket: string; readonly key: number }
  | { readonly kind: 'sweep' };

interface Plan {
  /** By process, each after the other; processes run beside each other. */
  readonly processes: readonly (readonly Step[])[];
  /** Which call of any port, counted over all processes, is the last of its process; and whether it takes effect. */
  readonly crash?: { readonly call: number; readonly effect: 'lost' | 'done' };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      bucket: fc.constantFrom(...BUCKETS),
      key: fc.nat(KEYS - 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('prove' as const),
      bucket: fc.constantFrom(...BUCKETS),
      key: fc.nat(KEYS - 1),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'sweep' as const }) },
);
const plan: fc.Arbitrary<Plan> = fc.record(
  {
    processes: fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
    crash: fc.record({ call: fc.nat(120), effect: fc.constantFrom('lost' as const, 'done' as const) }),
  },
  { requiredKeys: ['processes'] },
);

const objectOf = (bucket: string, key: number) => ({ ...OBJECT, bucket, key: `k${key}` });
const damageOf = (bucket: string, key: number) =>
  aDamage('', { subject: { kind: 'object-version', object: objectOf(bucket, key) } });
const proofOf = (bucket: string, key: number): Finding =>
  aFinding({
    verdict: 'verified',
    code: 'content-verified',
    subject: { kind: 'object-version', object: objectOf(bucket, key) },
    evidence: {},
  });

/** Calls to the world take turns as the scheduler has it, and one of them is the last of its process. */
function between(world: AlertWorld, { crash }: Plan, turn: () => Promise<void>): DeliveryPorts {
  let calls = 0;
  const wrap = <A extends readonly unknown[], T>(method: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      await turn();
      const isLast = calls === crash?.call;
      calls += 1;
      if (!isLast) return method(...args);
      if (crash.effect === 'done') await method(...args);
      throw new Error('crashed');
    };
  };
  const { states, cases, outbox, publisher, mutes } = world.ports;
  return {
    ...world.ports,
    states: { get: wrap(states.get), list: wrap(states.list), save: wrap(states.save) },
    cases: {
      ...cases,
      find: wrap(cases.find),
      about: wrap(cases.about),
      add: wrap(cases.add),
      heal: wrap(cases.heal),
      tally: wrap(cases.tally),
    },
    outbox: {
      touch: wrap(outbox.touch),
      get: wrap(outbox.get),
      list: wrap(outbox.list),
      claim: wrap(outbox.claim),
      settle: wrap(outbox.settle),
    },
    publisher: { publish: wrap(publisher.publish) },
    mutes: { mutes: wrap(mutes.mutes) },
  };
}

/** A process whose crash is followed by redelivery to another. */
async function run(world: AlertWorld, steps: readonly Step[], ports: DeliveryPorts): Promise<void> {
  let desk = world.desk(ports);
  for (const each of steps) {
    for (let deliveries = 0; deliveries < 3; deliveries += 1) {
      try {
        if (each.kind === 'report') await desk.open(damageOf(each.bucket, each.key), call);
        else if (each.kind === 'prove') await desk.heal([proofOf(each.bucket, each.key)], call);
        else await world.sweep(ports);
        break;
      } catch {
        desk = world.desk(ports);
      }
    }
  }
}

async function play(world: AlertWorld, made: Plan, scheduler: fc.Scheduler): Promise<void> {
  const ports = between(world, made, async () => scheduler.schedule(Promise.resolve()));
  await scheduler.waitFor(Promise.all(made.processes.map(async (steps) => run(world, steps, ports))));
  await world.pass(3);
  world.now = new Date(world.now.getTime() + 25 * HOUR_MS);
  await world.pass(3);
}

const reported = ({ processes }: Plan, bucket: string): readonly number[] => [
  ...new Set(processes.flat().flatMap((each) => (each.kind === 'report' && each.bucket === bucket ? [each.key] : []))),
];

async function isHealed(world: AlertWorld, bucket: string, key: number): Promise<boolean> {
  const known = await world.ledger.cases.find(identifyCase(damageOf(bucket, key)), call);
  return known?.healedAt !== undefined;
}

/** Objects that were reported and not told, or told and not reported. What was over before anybody could hear need not be told. */
async function wronglyTold(world: AlertWorld, made: Plan, bucket: string): Promise<readonly string[]> {
  const told = new Set(
    noticesOf(world, bucket).flatMap(({ data }) =>
      data.examples.map(({ subject }) => (subject.kind === 'object-version' ? subject.object.key : '')),
    ),
  );
  const wrong: string[] = [];
  for (const key of reported(made, bucket)) {
    if (!told.delete(`k${key}`) && !(await isHealed(world, bucket, key))) wrong.push(`k${key} was not told`);
  }
  return [...wrong, ...[...told].map((key) => `${key} was never reported`)];
}

const noticesOf = ({ heard }: AlertWorld, bucket: string): readonly AlertEvent[] =>
  heard.filter(({ subject }) => subject.startsWith(`s3://${bucket}/`));

/** Ids with two meanings, and new notices that come before older ones. */
function wronglyNamed(notices: readonly AlertEvent[]): readonly string[] {
  const meanings = new Map<string, string>();
  const wrong: string[] = [];
  let last = 0;
  for (const { id, data } of notices) {
    const meaning = JSON.stringify([data.episode, data.notice, data.state, data.count]);
    const known = meanings.get(id);
    const order = data.episode * 1_000 + data.notice;
    if (known !== undefined && known !== meaning) wrong.push(`${known} became ${meaning}`);
    if (known === undefined && order <= last) wrong.push(`${meaning} came late`);
    if (known === undefined) last = order;
    meanings.set(id, meaning);
  }
  return wrong;
}

/** Causes whose counters and cases disagree, or of which not everything was told. */
async function wronglyCounted(world: AlertWorld): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { fingerprint, episode, told } of world.ledger.all()) {
    const cases = [];
    for await (const known of world.ledger.cases.list(fingerprint, episode, call)) cases.push(known);
    const { count, healed } = await world.ledger.cases.tally(fingerprint, episode, call);
    const sick = cases.filter(({ healedAt }) => healedAt === undefined).length;
    if (count !== cases.length || healed !== cases.length - sick) wrong.push(`${count}/${healed}, not ${cases.length}`);
    if (told !== undefined && told.count !== count) wrong.push(`${told.count} told of ${count}`);
  }
  return wrong;
}

it('loses no case, gives one id one meaning, keeps the order, and leaves nothing stuck, whoever dies when', async () => {
  await fc.assert(
    fc.asyncProperty(plan, fc.scheduler(), async (made, scheduler) => {
      const world = createAlertWorld();
      await play(world, made, scheduler);
      for (const bucket of BUCKETS) {
        expect(await wronglyTold(world, made, bucket)).toEqual([]);
        expect(wronglyNamed(noticesOf(world, bucket))).toEqual([]);
      }
      expect(await world.sweep()).toMatchObject({ due: 0, errors: [] });
      expect(made.crash === undefined ? await wronglyCounted(world) : []).toEqual([]); // one too high after a crash
    }),
    { numRuns: 500 },
  );
});

it('is over when everything is healed, and only then', async () => {
  await fc.assert(
    fc.asyncProperty(plan, fc.scheduler(), async (made, scheduler) => {
      const world = createAlertWorld();
      await play(world, made, scheduler);
      for (const bucket of BUCKETS) {
        const keys = reported(made, bucket);
        for (const [index, key] of keys.entries()) {
          const state = world.ledger
            .all()
            .find(({ finding: { subject } }) => subject.kind === 'object-version' && subject.object.bucket === bucket);
          const sick = [];
          for await (const known of world.ledger.cases.list(state?.fingerprint ?? '', state?.episode ?? 0, call)) {
            if (known.healedAt === undefined) sick.push(known);
          }
          expect([index, state?.phase]).toEqual([index, sick.length === 0 ? 'resolved' : 'open']);
          world.now = new Date(world.now.getTime() + 61_000);
          await world.desk().heal([proofOf(bucket, key)], call);
          await world.pass(1);
        }
      }
      expect(world.ledger.all().filter(({ phase }) => phase !== 'resolved')).toEqual([]);
      const ends = world.heard.filter(({ data }) => data.state === 'resolved').map(({ data }) => data.resolution);
      expect(ends.filter((resolution) => resolution !== 'gone')).toEqual([]);
    }),
    { numRuns: 250 },
  );
});
