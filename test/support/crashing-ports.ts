import type { Ports } from '../../src/ports.ts';

/** Which call of any port fails, counted from 0, and whether its effect takes place before the crash. */
export interface Crash {
  readonly call: number;
  readonly effect: 'lost' | 'done';
}

export interface Crashing {
  readonly ports: Ports;
  /** Whether the call was reached. */
  readonly crashed: () => boolean;
}

/** Ports of a function that dies once, at one call. Everything after it is as if nothing had happened. */
export function crashingPorts(ports: Ports, { call, effect }: Crash): Crashing {
  let calls = 0;
  const crashing = <A extends readonly unknown[], T>(method: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      const isLast = calls === call;
      calls += 1;
      if (!isLast) return method(...args);
      if (effect === 'done') await method(...args);
      throw new Error(`crashed at call ${call}`);
    };
  };
  const { objects, ledger, alerts, looks, poison, pending, peers, notes } = ports;
  return {
    crashed: () => calls > call,
    ports: {
      ...ports,
      objects: {
        head: crashing(objects.head),
        parts: crashing(objects.parts),
        read: crashing(objects.read),
        tags: crashing(objects.tags),
        acl: crashing(objects.acl),
        lock: crashing(objects.lock),
      },
      ledger: {
        isSettled: crashing(ledger.isSettled),
        settle: crashing(ledger.settle),
        baseline: crashing(ledger.baseline),
        recordBaseline: crashing(ledger.recordBaseline),
      },
      alerts: {
        open: crashing(alerts.open),
        resolve: crashing(alerts.resolve),
        heal: crashing(alerts.heal),
      },
      looks: { enqueue: crashing(looks.enqueue) },
      poison: { setAside: crashing(poison.setAside) },
      pending: {
        ...pending,
        note: crashing(pending.note),
        forget: crashing(pending.forget),
        find: crashing(pending.find),
      },
      peers: { tell: crashing(peers.tell) },
      notes: { put: crashing(notes.put), get: crashing(notes.get) },
    },
  };
}
