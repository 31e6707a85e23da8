import { checkPolicy } from '../delivery.ts';
import type { Statement } from '../iam/policy.ts';
import type { Platform } from '../platform.ts';
import type { Delivery } from '../service.ts';
import type { Queue } from '../sqs/queue.ts';
import { startMapping, type EventSourceMapping, type MappingSettings } from './event-source-mapping.ts';
import { createFunctionHost, type FunctionHost } from './function-host.ts';
import type { FunctionSettings } from './settings.ts';

/** All functions of all Regions, and what calls them. */
export interface FunctionRegister {
  create(settings: FunctionSettings): FunctionHost;
  /** By ARN, or by name within a Region. */
  find(nameOrArn: string, region: string): FunctionHost | undefined;
  delete(arn: string): Promise<void>;
  /** Allows a service to call a function. */
  permit(arn: string, statement: Statement): () => void;
  /** Feeds a function from a queue until the answer is called. */
  map(host: FunctionHost, queue: Queue, settings: MappingSettings): () => void;
  /** An asynchronous call on behalf of a service. Throws where there is no such function or it does not allow the sender. */
  deliver(delivery: Delivery): void;
  /** An asynchronous call by somebody who may make it; resolves when the first attempt has ended, well or badly. */
  callLater(host: FunctionHost, event: unknown): Promise<void>;
  all(): readonly FunctionHost[];
  /** Whether nothing runs and nothing that could be taken now waits in a mapped queue. */
  isIdle(): boolean;
  close(): Promise<void>;
}

/** Lambda tries a failed asynchronous call twice more. @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const RETRY_DELAYS_MS = [60_000, 120_000];

const OUTAGE_CHECK_MS = 1000;

export function createFunctionRegister(platform: Platform): FunctionRegister {
  const hosts = new Map<string, FunctionHost>();
  const policies = new Map<string, readonly Statement[]>();
  const mappings = new Set<EventSourceMapping>();

  async function callLater(host: FunctionHost, event: unknown, attempt = 0): Promise<void> {
    const { ok } = await host.invoke(event);
    const delayMs = RETRY_DELAYS_MS[attempt];
    if (!ok && delayMs !== undefined) platform.clock.schedule(delayMs, () => callAgain(host, event, attempt + 1));
  }

  /** In a Region that is out nothing is tried, and what is to be tried waits. */
  async function callAgain(host: FunctionHost, event: unknown, attempt: number): Promise<void> {
    const isOut = platform.faults.has('region-outage', { region: host.settings.region });
    if (!isOut) return callLater(host, event, attempt);
    platform.clock.schedule(OUTAGE_CHECK_MS, () => callAgain(host, event, attempt));
  }

  return {
    create(settings) {
      const host = createFunctionHost(platform, settings);
      hosts.set(settings.arn, host);
      return host;
    },
    find(nameOrArn, region) {
      return hosts.get(nameOrArn) ?? hosts.get(`arn:aws:lambda:${region}:${platform.account}:function:${nameOrArn}`);
    },
    async delete(arn) {
      const host = hosts.get(arn);
      hosts.delete(arn);
      await host?.close();
    },
    permit(arn, statement) {
      policies.set(arn, [...(policies.get(arn) ?? []), statement]);
      return () =>
        void policies.set(
          arn,
          (policies.get(arn) ?? []).filter((kept) => kept !== statement),
        );
    },
    map(host, queue, settings) {
      const mapping = startMapping(platform, { queue, host }, settings);
      mappings.add(mapping);
      return () => {
        mapping.close();
        mappings.delete(mapping);
      };
    },
    deliver(delivery) {
      const host = hosts.get(delivery.targetArn);
      if (host === undefined) throw new Error(`the function ${delivery.targetArn} does not exist`);
      checkPolicy(policies.get(delivery.targetArn) ?? [], 'lambda:InvokeFunction', delivery);
      void callLater(host, JSON.parse(delivery.body));
    },
    callLater: (host, event) => callLater(host, event),
    all: () => [...hosts.values()],
    isIdle: () =>
      [...hosts.values()].every((host) => host.busy() === 0) && [...mappings].every((mapping) => mapping.isIdle()),
    async close() {
      for (const mapping of mappings) mapping.close();
      await Promise.all([...hosts.values()].map((host) => host.close()));
    },
  };
}
