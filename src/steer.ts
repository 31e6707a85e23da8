import type { Config } from './model/config.ts';
import { observedFrom } from './model/mrap.ts';
import type { Call } from './ports.ts';
import { createController, type Steered, type SteerPorts } from './steer-mrap.ts';

export interface Steering {
  /** One round for every access point that is watched from this Region. Throws what went wrong with one, after all had their turn. */
  round(call: Call): Promise<readonly Steered[]>;
}

/** The controllers of a Region. They remember between rounds what saves requests, and nothing that a crash may not forget. */
export function createSteering(ports: SteerPorts, config: Pick<Config, 'pairs' | 'mraps' | 'alerts'>): Steering {
  const controllers = observedFrom(config, ports.region).map((mrap) => createController(mrap, ports, config));
  return {
    async round(call) {
      const outcomes = await Promise.allSettled(controllers.map(async (steer) => steer(call)));
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    },
  };
}
