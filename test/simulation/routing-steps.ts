import fc from 'fast-check';
import { EAST, NORTH, WEST, WITNESS } from '../support/routing.ts';
import { type Kind, RoutingWorld, type Trouble } from './routing-world.ts';

/** One thing that happens to the world, and the rounds in which everybody notices. */
class Step implements fc.Command<object, RoutingWorld> {
  readonly #text: string;
  readonly #happen: (world: RoutingWorld) => void;
  readonly #rounds: number;

  constructor(text: string, rounds: number, happen: (world: RoutingWorld) => void) {
    this.#text = text;
    this.#rounds = rounds;
    this.#happen = happen;
  }

  check(): boolean {
    return true;
  }

  run(_: object, world: RoutingWorld): void {
    this.#happen(world);
    world.rounds(this.#rounds);
    if (world.violations.length > 0) throw new Error(world.violations.join('\n'));
  }

  toString(): string {
    return `${this.#text}, ${this.#rounds} rounds`;
  }
}

const REGIONS = [EAST, WEST, NORTH, WITNESS];
const region = fc.constantFrom(...REGIONS);
const trouble = fc.constantFrom<Trouble>('none', 'none', 'data', 'whole', 'kms', 'throttled');
const rounds = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(0, 6));
const minutes = fc.constantFrom(1, 2, 4, 10, 14, 16, 29, 31, 34, 120, 800, 1_500);
const skewSeconds = fc.constantFrom(0, 0, 20, -20, 40, -60, 110, -110, 170, 600, -600);

function step<T extends readonly unknown[]>(
  given: { readonly [K in keyof T]: fc.Arbitrary<T[K]> },
  text: string,
  happen: (world: RoutingWorld, ...given: T) => void,
): fc.Arbitrary<fc.Command<object, RoutingWorld>> {
  return fc.tuple(rounds, fc.tuple<T & unknown[]>(...(given as never))).map(([count, values]) => {
    const chosen = values as unknown as T;
    return new Step(`${text} ${JSON.stringify(chosen)}`, count, (world) => happen(world, ...chosen));
  });
}

/** Everything that can happen, the usual more often than the odd. */
export const steps: readonly fc.Arbitrary<fc.Command<object, RoutingWorld>>[] = [
  step([region, trouble], 'trouble', (world, where: string, what: Trouble) => world.set(where, what)),
  step([region, trouble], 'trouble for five rounds', (world, where: string, what: Trouble) => {
    world.set(where, what);
    world.rounds(5);
  }),
  step([region, region, fc.boolean()], 'partition', (world, from: string, to: string, on: boolean) =>
    world.partition(from, to, on),
  ),
  step([region, skewSeconds], 'clock', (world, who: string, off: number) => world.skew(who, off * 1_000)),
  step([fc.nat(5), fc.constantFrom(0, 0, 7, 20_000)], 'backlog', (world, at: number, count: number) =>
    world.pile(at, count),
  ),
  step([fc.constantFrom<Trouble>('data', 'whole')], 'outage', (world, what: Trouble) => {
    world.failActive(what);
    world.rounds(5);
  }),
  step([fc.constantFrom<Trouble>('data', 'whole')], 'outage half an hour later', (world, what: Trouble) => {
    world.pass(34 * 60_000);
    world.failActive(what);
    world.rounds(6);
  }),
  step([region], 'an observer is cut off', (world, who: string) => {
    world.cutOff(who);
    world.rounds(4);
  }),
  step([fc.nat(5), fc.boolean()], 'looks of the source stop', (world, at: number, on: boolean) => world.stall(at, on)),
  step([fc.nat(5), fc.boolean()], 'counting', (world, at: number, on: boolean) => world.count(at, on)),
  step([minutes], 'time passes', (world, count: number) => world.pass(count * 60_000)),
  step([minutes], 'freeze', (world, count: number) => world.freeze(count * 60_000)),
  step([fc.boolean()], 'readiness', (world, on: boolean) => world.ready(on)),
  step([fc.subarray(REGIONS)], 'changed elsewhere', (world, active: string[]) => world.changeElsewhere(active)),
  step([region], 'person fails over', (world, to: string) => world.personFailsOver(to)),
  step([], 'person fails back', (world) => world.personFailsBack()),
  step([], 'all is well', (world) => world.heal()),
];

/**
 * Plays one history, and then: whatever has happened, when all is well for a day, the next outage is answered within the rounds that
 * must fail and two more. What went wrong is among the violations.
 */
export function playOne(kind: Kind, commands: Iterable<fc.Command<object, RoutingWorld>>): RoutingWorld {
  const world = new RoutingWorld(kind);
  fc.modelRun(() => ({ model: {}, real: world }), commands);
  world.heal();
  const before = world.changes.length;
  world.set(world.routes.find(({ dial }) => dial > 0)?.region ?? '', 'whole');
  world.rounds(world.mrap.failover.confirmations + 2);
  const made = world.changes.length - before;
  if (made !== (kind === 'advise' ? 0 : 1))
    world.violations.push(`an outage after a day of peace led to ${made} changes`);
  return world;
}
