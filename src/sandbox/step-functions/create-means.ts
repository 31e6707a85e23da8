import type { FunctionRegister } from '../functions/function-register.ts';
import type { Platform } from '../platform.ts';
import { randomUuid } from '../random.ts';
import type { S3Service } from '../s3/s3-service.ts';
import { objectsAsRole } from './objects-as-role.ts';
import type { Means, StateMachine } from './run.ts';
import { StateFailure } from './state-failure.ts';

/** What machines run in. */
export interface MachineSite {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'faults' | 'roles'>;
  readonly functions: Pick<FunctionRegister, 'find'>;
  readonly s3: Pick<S3Service, 'batch' | 'handle'>;
}

/** How many threads of states do something now, rather than wait for time or for each other. */
export interface Activity {
  threads: number;
}

const OUTAGE_CHECK_MS = 1000;

/** The means of one machine. */
export function createMeans(
  { platform, functions, s3 }: MachineSite,
  machine: StateMachine,
  activity: Activity,
): Means {
  const { clock, random, faults, roles } = platform;
  const { roleArn, region } = machine;

  async function counting<T>(threads: number, work: () => Promise<T>): Promise<T> {
    activity.threads += threads;
    try {
      return await work();
    } finally {
      activity.threads -= threads;
    }
  }

  const aside = <T>(work: () => Promise<T>): Promise<T> => counting(-1, work);

  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    aside(
      () =>
        new Promise((resolve, reject) => {
          signal.throwIfAborted();
          const stop = (): void => {
            waiting.cancel();
            reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
          };
          const waiting = clock.schedule(ms, () => {
            signal.removeEventListener('abort', stop);
            resolve();
          });
          signal.addEventListener('abort', stop, { once: true });
        }),
    );

  const expectPermission = (action: string, resource: string, error: string): void => {
    if (roles.decide(roleArn, { region, action, resource }) === 'allow') return;
    throw new StateFailure(
      error,
      `the role ${roleArn} is not authorized to perform: ${action} on resource: ${resource}`,
    );
  };

  return {
    now: () => clock.now(),
    random,
    uuid: () => randomUuid(random),
    aside,
    thread: (work) => counting(1, work),
    sleep,
    async reachable(signal) {
      while (faults.has('region-outage', { region })) await sleep(OUTAGE_CHECK_MS, signal);
    },
    async invoke(functionName, payload) {
      const host = functions.find(functionName, region);
      const arn = host?.settings.arn ?? functionName;
      expectPermission('lambda:InvokeFunction', arn, 'Lambda.AWSLambdaException');
      if (host === undefined) throw new StateFailure('Lambda.ResourceNotFoundException', `Function not found: ${arn}`);
      const isThrottled = host.settings.aliases.some(
        (name) =>
          faults.take('throttle', { region, service: 'lambda', operation: 'Invoke', functionName: name }) !== undefined,
      );
      if (isThrottled) throw new StateFailure('Lambda.TooManyRequestsException', 'Rate Exceeded.');
      // Whether a function is busy, its host knows: one that sleeps is not.
      const outcome = await aside(() => host.invoke(payload));
      if (outcome.ok) return outcome.value;
      const { errorType, errorMessage } = outcome;
      throw new StateFailure(errorType, JSON.stringify({ errorType, errorMessage }));
    },
    expectChildren() {
      const executions = `${machine.arn.replace(':stateMachine:', ':execution:')}:*`;
      expectPermission('states:StartExecution', machine.arn, 'States.Permissions');
      // Step Functions watches the executions of items, and stops those that are left when a map ends early.
      expectPermission('states:DescribeExecution', executions, 'States.Permissions');
      expectPermission('states:StopExecution', executions, 'States.Permissions');
    },
    ...objectsAsRole({ random, s3 }, machine),
  };
}
