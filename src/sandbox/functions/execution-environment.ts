import { Worker } from 'node:worker_threads';

import type { FunctionSettings } from './settings.ts';

/** What came of one invocation. A failed one names its error as Lambda does. */
export type Outcome =
  | { readonly ok: true; /** Decoded; `undefined` where the handler answered nothing. */ readonly value: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

/** What a handler gets beside its event. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Epoch milliseconds of the machine, not of the sandbox: advancing the clock must not time out what runs. */
  readonly deadlineAt: number;
}

/** One execution environment: runs one invocation at a time, and keeps what the function keeps between them. */
export interface ExecutionEnvironment {
  /** Never rejects; after an outcome of kind `Runtime.ExitError` or a time-out the environment is gone. */
  run(event: unknown, context: InvocationContext, timeoutMs: number): Promise<Outcome>;
  /** Ends it at once, in the middle of whatever it does. */
  terminate(): Promise<void>;
  isGone(): boolean;
  /** Until when the function waits for nothing but time, in milliseconds of the sandbox; 0: it does not. */
  asleepUntilMs(): number;
}

export interface EnvironmentOptions {
  readonly settings: FunctionSettings;
  readonly environment: Readonly<Record<string, string>>;
  readonly offsetMs: Float64Array;
  /** What is wrong with the clock of its Region. */
  readonly skewMs: Float64Array;
  /** Hears whole lines. */
  readonly log: (stream: 'stdout' | 'stderr', line: string) => void;
}

type FromWorker =
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'result'; readonly json: string | undefined }
  | { readonly kind: 'asleep'; readonly untilMs: number }
  | { readonly kind: 'awake' }
  | {
      readonly kind: 'error';
      readonly errorType: string;
      readonly errorMessage: string;
      readonly trace: readonly string[];
    };

export function startEnvironment({
  settings,
  environment,
  offsetMs,
  skewMs,
  log,
}: EnvironmentOptions): ExecutionEnvironment {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    env: { ...environment },
    workerData: { taskRoot: settings.taskRoot, handler: settings.handler, offsetMs, skewMs },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb },
  });
  // A sandbox that has nothing else to do may end.
  worker.unref();
  const partial = { stdout: '', stderr: '' };
  let gone = false;
  let asleepUntilMs = 0;
  let settle: ((outcome: Outcome) => void) | undefined;

  function write(stream: 'stdout' | 'stderr', text: string): void {
    const lines = (partial[stream] + text).split('\n');
    partial[stream] = lines.pop() ?? '';
    for (const line of lines) log(stream, line);
  }

  function finish(outcome: Outcome): void {
    asleepUntilMs = 0;
    for (const stream of ['stdout', 'stderr'] as const) if (partial[stream] !== '') write(stream, '\n');
    settle?.(outcome);
    settle = undefined;
  }

  function exit(errorType: string, errorMessage: string): void {
    gone = true;
    finish({ ok: false, errorType, errorMessage });
  }

  worker.on('message', (message: FromWorker) => {
    switch (message.kind) {
      case 'output':
        return write(message.stream, message.text);
      case 'asleep':
        asleepUntilMs = message.untilMs;
        return;
      case 'awake':
        asleepUntilMs = 0;
        return;
      case 'result':
        return finish({
          ok: true,
          value: message.json === undefined ? undefined : (JSON.parse(message.json) as unknown),
        });
      case 'error': {
        const { errorType, errorMessage, trace } = message;
        write('stderr', `${JSON.stringify({ errorType, errorMessage, stack: trace })}\n`);
        return finish({ ok: false, errorType, errorMessage });
      }
      default:
        return message satisfies never;
    }
  });
  worker.on('error', (error) => {
    write('stderr', `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    exit('Runtime.ExitError', 'the function ended with an uncaught error');
  });
  worker.on('exit', (code) => exit('Runtime.ExitError', `the function exited with code ${code}`));

  return {
    run(event, context, timeoutMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          exit('Sandbox.Timedout', `the function timed out after ${timeoutMs / 1000} seconds`);
          void worker.terminate();
        }, timeoutMs);
        settle = (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        };
        if (gone) exit('Runtime.ExitError', 'the function ended before it was invoked');
        else worker.postMessage({ event, context }, []);
      });
    },
    async terminate() {
      await worker.terminate();
    },
    isGone: () => gone,
    asleepUntilMs: () => asleepUntilMs,
  };
}
