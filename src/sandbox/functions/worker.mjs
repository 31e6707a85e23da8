/* oxlint-disable typescript/no-unsafe-assignment -- plain JavaScript has no types to be safe with */
// What Lambda's Node runtime is to a function: loads the handler, gives it events one at a time and hands back what it says.
// Plain JavaScript, because a worker starts from a file and Node 20 runs no TypeScript; whoever bundles the sandbox copies it.
import { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import timers from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const { taskRoot, handler: handlerName, offsetMs, skewMs } = workerData;
const RealDate = Date;
const realWait = timers.setTimeout;
const now = () => Math.floor(RealDate.now() + offsetMs[0] + skewMs[0]);

// The function lives in sandbox time, as its ledger, its queues and the signatures of its requests do.
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});

// A wait for its own sake, as between two rounds of a function that makes several, ends in sandbox time. Timers with a callback do
// not: they are time-outs, and those count real time.
// A long one keeps nobody waiting who wants to know whether everything is done: a function that sleeps does nothing.
const LOOK_EVERY_MS = 50;
const SLEEP_FROM_MS = 1000;
timers.setTimeout = async (ms, value, { signal } = {}) => {
  const until = now() + ms;
  const sleeps = ms >= SLEEP_FROM_MS;
  if (sleeps) parentPort.postMessage({ kind: 'asleep', untilMs: until - skewMs[0] }, []);
  try {
    for (let left = ms; left > 0; left = until - now())
      await realWait(Math.min(left, LOOK_EVERY_MS), undefined, { signal });
  } finally {
    if (sleeps) parentPort.postMessage({ kind: 'awake' }, []);
  }
  return value;
};
syncBuiltinESMExports();

// Posted in order with the results, so that each line belongs to its invocation.
for (const stream of ['stdout', 'stderr']) {
  globalThis.process[stream].write = (chunk, encoding, callback) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    parentPort.postMessage({ kind: 'output', stream, text }, []);
    (typeof encoding === 'function' ? encoding : callback)?.();
    return true;
  };
}

let loading;

/** `folder/file.export`, as Lambda reads it. */
async function load() {
  const dot = handlerName.lastIndexOf('.');
  const base = join(taskRoot, handlerName.slice(0, dot));
  const path = ['.mjs', '.js', '.cjs'].map((extension) => base + extension).find((file) => existsSync(file));
  if (path === undefined) throw new Error(`cannot find the module ${handlerName} in the package`);
  const handler = (await import(pathToFileURL(path).href))[handlerName.slice(dot + 1)];
  if (typeof handler !== 'function') throw new Error(`${handlerName} is not a function`);
  return handler;
}

function toContext({ deadlineAt, ...facts }) {
  return {
    ...facts,
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadlineAt - RealDate.now())),
  };
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

parentPort.on('message', async ({ event, context }) => {
  try {
    loading ??= load();
    const handler = await loading.catch((error) => {
      // Lambda gives up an environment whose module does not load, and tries with a new one.
      setImmediate(() => globalThis.process.exit(1));
      throw error;
    });
    const value = await handler(event, toContext(context));
    parentPort.postMessage({ kind: 'result', json: JSON.stringify(value) }, []);
  } catch (error) {
    parentPort.postMessage({ kind: 'error', ...describe(error) }, []);
  }
});
