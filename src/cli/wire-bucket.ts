import { HoldfastError } from '../errors.ts';
import type { BucketConfig } from '../model/config.ts';
import { awsCommand, holdfastCommand, quote } from '../model/shell-command.ts';
import type { EventRule, JsonObject, NotificationDocument } from '../model/wiring.ts';
import { isTurnedOnByUs, listensTo, ruleName } from '../policy/bridge-rule.ts';
import { isPending, planWiring, type WiringPlan, type WiringQuestion } from '../policy/wiring.ts';
import type { Call } from '../ports.ts';
import type { Services } from './services.ts';
import { readDocument, replaceDocument } from './replace-document.ts';

/** A bucket that is to tell a queue, or not any more. */
export interface BucketTask {
  readonly pair: string;
  readonly bucket: BucketConfig;
  readonly stage: string;
  /** Empty: there is no stack any more. */
  readonly queueArn: string;
  /** None: everything of ours is taken away. */
  readonly wanted: readonly string[];
  /** Whether a rule may send to the queue. */
  readonly canBridge: boolean;
  /** Whether only somebody of another account can change the bucket. */
  readonly foreign: boolean;
  /** Whether S3 tries every destination. */
  readonly validate: boolean;
}

/** `right`: nothing to do. `by-hand`: for somebody of another account. `refused`: it was not planned, or not done. */
export type WiringState = 'right' | 'planned' | 'changed' | 'by-hand' | 'refused';

export interface PlannedBucket {
  readonly task: BucketTask;
  readonly state: WiringState;
  /** Absent: what is there could not be read. */
  readonly plan?: WiringPlan;
  /** What the plan was made from. */
  readonly found?: NotificationDocument;
  readonly problem?: string;
  /** What the plan does, as commands for a person. */
  readonly commands: readonly string[];
}

type Ports = Pick<Services, 'documents' | 'rules' | 'wait'>;

/** Reads whom a bucket tells, and says what is to be changed. Writes nothing. */
export async function planBucket(task: BucketTask, ports: Ports, call: Call): Promise<PlannedBucket> {
  const { bucket, stage, queueArn, wanted, canBridge, foreign } = task;
  const commands = foreign ? [handOver(task)] : [];
  try {
    const found: NotificationDocument = await readDocument(bucket, 'notifications', ports, call);
    const asked: WiringQuestion = { at: bucket, stage, queueArn, wanted, canBridge, document: found, listeners: [] };
    const plan = foreign ? planWiring(asked) : await planWithRule(asked, ports, call);
    const state = !isPending(plan) ? 'right' : foreign ? 'by-hand' : 'planned';
    return { task, found, plan, state, commands: [...commands, ...(isPending(plan) ? commandsOf(task, plan) : [])] };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { task, state: foreign ? 'by-hand' : 'refused', problem: error.message, commands };
  }
}

/** The rule matters where events come by EventBridge now, or are to come, or where everything is to go. */
async function planWithRule(asked: WiringQuestion, ports: Ports, call: Call): Promise<WiringPlan> {
  const { at, stage, wanted, document } = asked;
  const without = planWiring(asked);
  const isNeeded = without.bridged.length > 0 || wanted.length === 0;
  if (!isNeeded && document.EventBridgeConfiguration === undefined) return without;
  const name = ruleName({ stage, bucket: at.bucket });
  const rule = await ports.rules.rule(at.region, name, call);
  if (rule.state === 'unreadable' && isNeeded)
    throw new HoldfastError(
      'access-denied',
      'cli',
      `expected to read the rule ${name} of EventBridge, got ${rule.reason}`,
    );
  if (rule.state !== 'present') return without;
  const known = { ...asked, rule: rule.value };
  const plan = planWiring(known);
  if (plan.eventBridge !== 'turn-off' || !isTurnedOnByUs(rule.value)) return plan;
  const listeners: string[] = [];
  for await (const other of ports.rules.list(at.region, call))
    if (other.name !== name && listensTo(other, at.bucket)) listeners.push(other.name);
  return planWiring({ ...known, listeners });
}

/** Does what was planned, unless somebody has changed the bucket since. */
export async function applyBucket(planned: PlannedBucket, ports: Ports, call: Call): Promise<PlannedBucket> {
  const { task, plan, found, state } = planned;
  if (state !== 'planned' || plan === undefined || found === undefined) return planned;
  const { bucket, validate } = task;
  const { region } = bucket;
  const write = async (): Promise<void> => {
    if (!plan.writes) return;
    const documents = { found: toJson(found), document: toJson(plan.document) };
    await replaceDocument({ bucket, name: 'notifications', ...documents, validate }, ports, call);
  };
  try {
    if (plan.rule.kind === 'put') await withRule(plan.rule.rule, { region, ports, call, write });
    else await write();
    if (plan.rule.kind === 'remove') await ports.rules.remove(region, plan.rule.name, call);
    return { ...planned, state: 'changed' };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { ...planned, state: 'refused', problem: error.message };
  }
}

/**
 * Rule first: where this is killed before the second step, the next run finds in it whether EventBridge was on before. Where the
 * second step is refused, nothing of ours has been done and a rule that was not there says something that is not so.
 */
async function withRule(
  rule: EventRule,
  {
    region,
    ports,
    call,
    write,
  }: { readonly region: string; readonly ports: Ports; readonly call: Call; readonly write: () => Promise<void> },
): Promise<void> {
  const before = await ports.rules.rule(region, rule.name, call);
  await ports.rules.put(region, rule, call);
  try {
    await write();
  } catch (error) {
    if (before.state === 'absent') await ports.rules.remove(region, rule.name, call);
    throw error;
  }
}

function toJson(document: NotificationDocument): JsonObject {
  return { ...document };
}

function commandsOf({ bucket, queueArn }: BucketTask, plan: WiringPlan): readonly string[] {
  const { region } = bucket;
  const { rule, writes, document } = plan;
  return [
    ...(rule.kind === 'put' ? putCommands(rule.rule, { region, queueArn }) : []),
    ...(writes
      ? [
          awsCommand('s3api put-bucket-notification-configuration', {
            bucket: bucket.bucket,
            region,
            'notification-configuration': document,
          }),
        ]
      : []),
    ...(rule.kind === 'remove'
      ? [
          awsCommand('events remove-targets', { region, rule: rule.name, ids: 'holdfast-1' }),
          awsCommand('events delete-rule', { region, name: rule.name }),
        ]
      : []),
  ];
}

function putCommands(
  { name, pattern, description }: EventRule,
  { region, queueArn }: { readonly region: string; readonly queueArn: string },
): readonly string[] {
  return [
    awsCommand('events put-rule', { region, name, 'event-pattern': pattern, description }),
    awsCommand('events put-targets', { region, rule: name, targets: [{ Id: 'holdfast-1', Arn: queueArn }] }),
  ];
}

/** For whoever has the account of the bucket. */
function handOver({ pair, bucket, stage, queueArn, wanted }: BucketTask): string {
  const verb = wanted.length === 0 ? 'unwire' : 'wire';
  const options = { bucket: bucket.bucket, stage, queue: queueArn === '' ? undefined : queueArn, yes: true } as const;
  return holdfastCommand(`${verb} ${quote(pair)}`, options);
}
