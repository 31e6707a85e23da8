import { createMeans, type Activity, type MachineSite } from './create-means.ts';
import type { Machine } from './definition.ts';
import { startExecution, type Execution, type ExecutionPlan } from './execution.ts';
import type { Means, StateMachine } from './run.ts';

/** A machine of a stack, as its template declares it. */
export interface MachinePlan extends StateMachine {
  readonly definition: Machine;
}

/** All state machines of all Regions, and their executions, which stay known when their machine is gone. */
export interface MachineRegister {
  /** Until the answer is called, which ends what runs of it. Throws an `Error` where there is one of this name. */
  create(plan: MachinePlan): () => void;
  find(arn: string): StateMachine | undefined;
  /** Throws an `Error` where there is no such machine. */
  start(machineArn: string, plan: ExecutionPlan): Execution;
  /** The newest first. */
  executions(): readonly Execution[];
  /** Whether every execution is over, or waits for time to come. */
  isIdle(): boolean;
  close(): void;
}

export function createMachineRegister(site: MachineSite): MachineRegister {
  const machines = new Map<string, MachinePlan & { readonly means: Means }>();
  const executions: Execution[] = [];
  const activity: Activity = { threads: 0 };

  const stop = (isMeant: (execution: Execution) => boolean): void => {
    for (const execution of executions) if (isMeant(execution)) execution.stop();
  };

  return {
    create(plan) {
      if (machines.has(plan.arn)) throw new Error(`the state machine ${plan.name} exists already`);
      machines.set(plan.arn, { ...plan, means: createMeans(site, plan, activity) });
      return () => {
        machines.delete(plan.arn);
        stop(({ machine }) => machine.arn === plan.arn);
      };
    },
    find: (arn) => machines.get(arn),
    start(machineArn, plan) {
      const machine = machines.get(machineArn);
      if (machine === undefined) throw new Error(`the state machine ${machineArn} does not exist`);
      const execution = startExecution({ machine, means: machine.means, clock: site.platform.clock }, plan);
      executions.unshift(execution);
      return execution;
    },
    executions: () => executions,
    isIdle: () => activity.threads === 0,
    close: () => stop(() => true),
  };
}
