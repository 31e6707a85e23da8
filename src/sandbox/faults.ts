import type { Fault, Faults, FaultTarget } from './service.ts';

/** A fault as it is described by whoever plants it: the sandbox gives the id. */
export type FaultPlan = Omit<Fault, 'id'>;

/** All planted faults, in the order of planting. */
export interface FaultRegister extends Faults {
  plant(plan: FaultPlan): Fault;
  /** Whether there was such a fault. */
  remove(id: string): boolean;
  list(): readonly PlantedFault[];
  /** Whether a fault of this kind matches, without consuming it and whatever its probability. */
  has(kind: Fault['kind'], target: FaultTarget): boolean;
  /** The first that matches, likewise. */
  peek(kind: Fault['kind'], target: FaultTarget): Fault | undefined;
}

export interface PlantedFault extends Fault {
  /** How often it was taken. */
  readonly taken: number;
}

const MATCHED = ['region', 'from', 'service', 'operation', 'bucket', 'versionId', 'functionName'] as const;

export function createFaults(random: () => number): FaultRegister {
  const planted = new Map<string, PlantedFault>();
  let count = 0;

  const live = (kind: Fault['kind'], target: FaultTarget): PlantedFault[] =>
    [...planted.values()].filter((fault) => fault.kind === kind && !isSpent(fault) && matches(fault, target));

  return {
    plant(plan) {
      count += 1;
      const fault: PlantedFault = { ...plan, id: `fault-${count}`, taken: 0 };
      planted.set(fault.id, fault);
      return fault;
    },
    remove: (id) => planted.delete(id),
    list: () => [...planted.values()],
    has: (kind, target) => live(kind, target).length > 0,
    peek: (kind, target) => live(kind, target)[0],
    take(kind, target) {
      for (const fault of live(kind, target)) {
        if (fault.probability !== undefined && random() >= fault.probability) continue;
        planted.set(fault.id, { ...fault, taken: fault.taken + 1 });
        return fault;
      }
      return undefined;
    },
  };
}

function isSpent({ times, taken }: PlantedFault): boolean {
  return times !== undefined && taken >= times;
}

function matches(fault: Fault, target: FaultTarget): boolean {
  return (
    MATCHED.every((name) => fault[name] === undefined || fault[name] === target[name]) && matchesKey(fault, target)
  );
}

function matchesKey({ key }: Fault, target: FaultTarget): boolean {
  if (key === undefined) return true;
  return key.endsWith('*') ? target.key?.startsWith(key.slice(0, -1)) === true : key === target.key;
}
