import { performance } from 'node:perf_hooks';

import { roleName } from '../credentials.ts';
import type { Platform } from '../platform.ts';
import { randomUuid } from '../random.ts';
import { startEnvironment, type ExecutionEnvironment, type Outcome } from './execution-environment.ts';
import { logGroup, logStream, toEnvironment, type FunctionSettings } from './settings.ts';

/** One function in one Region: up to two execution environments, started when they are first needed. */
export interface FunctionHost {
  readonly settings: FunctionSettings;
  /** Waits for a free environment. Never rejects: a failed invocation is an outcome. */
  invoke(event: unknown): Promise<Outcome>;
  /** Invocations that run or wait for an environment; one that sleeps is none until it is time. */
  busy(): number;
  close(): Promise<void>;
}

/** Two show every race that more would show, on a machine that is not a cloud. */
export const LARGEST_CONCURRENCY = 2;

/** A crash is planned within this time of an invocation where nothing is known of how long the function takes. */
const FIRST_DURATION_MS = 200;

export function createFunctionHost(platform: Platform, settings: FunctionSettings): FunctionHost {
  const { credentials, faults, logs, clock, random } = platform;
  const concurrency = Math.min(settings.reservedConcurrency ?? LARGEST_CONCURRENCY, LARGEST_CONCURRENCY);
  const idle: ExecutionEnvironment[] = [];
  const all = new Set<ExecutionEnvironment>();
  const current = new Map<ExecutionEnvironment, string>();
  const waiting: (() => void)[] = [];
  let running = 0;
  let lastDurationMs = FIRST_DURATION_MS;

  function log(stream: 'stdout' | 'stderr' | 'platform', text: string, requestId?: string): void {
    const at = new Date(clock.now()).toISOString();
    const { region, name } = settings;
    logs.append({ at, region, functionName: name, ...(requestId === undefined ? {} : { requestId }), stream, text });
  }

  function start(): ExecutionEnvironment {
    const { roleArn, name: functionName, region: home } = settings;
    const session = credentials.openSession({ roleArn, sessionName: roleName(functionName), region: home });
    const environment: ExecutionEnvironment = startEnvironment({
      settings,
      environment: toEnvironment(settings, session, platform.url()),
      offsetMs: clock.offsetMs,
      skewMs: clock.skewOf(settings.region),
      log: (stream, line) => log(stream, line, current.get(environment)),
    });
    all.add(environment);
    return environment;
  }

  function isToCrash(): boolean {
    return settings.aliases.some((functionName) => {
      const target = { region: settings.region, service: 'lambda', operation: 'Invoke', functionName };
      return faults.take('crash-function', target) !== undefined;
    });
  }

  async function runIn(environment: ExecutionEnvironment, event: unknown): Promise<Outcome> {
    const awsRequestId = randomUuid(random);
    const timeoutMs = settings.timeoutSeconds * 1000;
    const startedAt = performance.now();
    current.set(environment, awsRequestId);
    const crash = isToCrash() ? setTimeout(() => void environment.terminate(), random() * lastDurationMs) : undefined;
    const context = {
      awsRequestId,
      functionName: settings.name,
      invokedFunctionArn: settings.arn,
      memoryLimitInMB: String(settings.memoryMb),
      logGroupName: logGroup(settings),
      logStreamName: logStream(settings),
      deadlineAt: performance.timeOrigin + startedAt + timeoutMs,
    };
    const outcome = await environment.run(event, context, timeoutMs);
    clearTimeout(crash);
    if (outcome.ok) lastDurationMs = performance.now() - startedAt;
    else log('platform', `invocation failed: ${outcome.errorType}: ${outcome.errorMessage}`, awsRequestId);
    return outcome;
  }

  /** An environment may have ended since it was last used. */
  function takeIdle(): ExecutionEnvironment | undefined {
    for (let environment = idle.pop(); environment !== undefined; environment = idle.pop()) {
      if (!environment.isGone()) return environment;
      all.delete(environment);
    }
    return undefined;
  }

  return {
    settings,
    async invoke(event) {
      running += 1;
      if (running > concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
      const environment = takeIdle() ?? start();
      try {
        return await runIn(environment, event);
      } finally {
        if (environment.isGone()) all.delete(environment);
        else idle.push(environment);
        running -= 1;
        waiting.shift()?.();
      }
    },
    busy: () => running - [...all].filter((environment) => environment.asleepUntilMs() > clock.now()).length,
    async close() {
      await Promise.all([...all].map((environment) => environment.terminate()));
    },
  };
}
