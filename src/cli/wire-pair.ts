import { HoldfastError } from '../errors.ts';
import { accountOf, regionOf } from '../model/arn.ts';
import type { BucketConfig, Config } from '../model/config.ts';
import { linksFrom } from '../model/link.ts';
import { wantedEvents } from '../model/signals.ts';
import { type Proposal, PROPOSALS } from '../policy/proposed-setting.ts';
import type { Call } from '../ports.ts';
import type { ExitCode, Io } from './io.ts';
import { renderSetting, renderWiring, toSettingRecord, toWiringRecord } from './render-wiring.ts';
import type { Services } from './services.ts';
import { applyBucket, type BucketTask, planBucket, type PlannedBucket } from './wire-bucket.ts';
import { applySetting, type PlannedSetting, planSettings } from './wire-settings.ts';

/** What `wire` can change. */
export const PARTS: readonly Part[] = ['notifications', ...PROPOSALS];

type Part = 'notifications' | Proposal;

export type Verb = 'wire' | 'unwire';

export interface WireOptions {
  readonly stage: string;
  readonly bucket?: readonly string[];
  /** ARNs of queues that are not found by name: of another account. */
  readonly queue?: readonly string[];
  readonly only?: readonly Part[];
  readonly with?: readonly 'rtc'[];
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly validation: boolean;
  readonly json: boolean;
}

interface Asked {
  readonly pair: string;
  readonly options: WireOptions;
  readonly verb: Verb;
}

/** Plans for every bucket of the pair, and does it where that was said. Before the first change everything is known that is needed. */
export async function wirePair(asked: Asked, services: Services, io: Io): Promise<ExitCode> {
  const { options, verb } = asked;
  const call = { signal: io.signal };
  const doIt = options.yes && !options.dryRun;
  const parts = new Set<Part>([...(options.only ?? ['notifications', 'metrics', 'canaries']), ...(options.with ?? [])]);
  const say = (text: string, record: object): void => {
    io.stdout.write(options.json ? `${JSON.stringify(record)}\n` : text);
  };
  const tasks = await toTasks(asked, services, call);
  const buckets: PlannedBucket[] = [];
  const settings: PlannedSetting[] = [];
  for (const task of tasks) {
    if (verb === 'unwire' || parts.has('notifications')) {
      const planned = await planBucket(task, services, call);
      const done = doIt ? await applyBucket(planned, services, call) : planned;
      buckets.push(done);
      say(renderWiring(done), toWiringRecord(done));
    }
    if (verb === 'unwire' || !isSource(services.config, task.bucket)) continue;
    const proposals = new Set(PROPOSALS.filter((part) => parts.has(part)));
    const asksFor = { bucket: task.bucket, parts: proposals, foreign: task.foreign };
    for (const planned of proposals.size === 0 ? [] : await planSettings(asksFor, services, call)) {
      const done = doIt ? await applySetting(planned, services, call) : planned;
      settings.push(done);
      say(renderSetting(done), toSettingRecord(done));
    }
  }
  const states = [...buckets, ...settings].map(({ state }) => state);
  if (states.includes('planned') && !options.json)
    io.stdout.write('Nothing was changed: --yes does what is planned above.\n');
  if (states.includes('refused')) return 2;
  const isBlind = buckets.some(({ plan }) => (plan?.unseen ?? []).length > 0);
  return isBlind || states.includes('planned') || states.includes('by-hand') ? 1 : 0;
}

async function toTasks(asked: Asked, services: Services, call: Call): Promise<readonly BucketTask[]> {
  const tried = await Promise.allSettled(
    bucketsOf(asked, services.config).map(async (bucket) => toTask(asked, { bucket, services, call })),
  );
  const failed = tried.flatMap((one): readonly unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  const ours = failed.filter((reason) => reason instanceof HoldfastError);
  if (failed.length > ours.length) throw failed.find((reason) => !(reason instanceof HoldfastError));
  const [first] = ours;
  if (first !== undefined)
    throw new HoldfastError(first.kind, 'cli', ours.map(({ message }) => message).join('\n'), { cause: first });
  return tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** The buckets of the pair; of an unwire those that no other pair needs. Throws `invalid-config`, which says what there is. */
function bucketsOf({ pair, options, verb }: Asked, { pairs }: Config): readonly BucketConfig[] {
  const found = pairs.find(({ name }) => name === pair);
  if (found === undefined) {
    const known = pairs.map(({ name }) => name).join(', ');
    throw new HoldfastError(
      'invalid-config',
      'cli',
      `there is no pair ${pair}; there are ${known === '' ? 'none' : known}`,
    );
  }
  const all = [found.source, ...found.destinations];
  const named = options.bucket;
  const strange = named?.find((name) => !all.some(({ bucket }) => bucket === name));
  if (strange !== undefined)
    throw new HoldfastError('invalid-config', 'cli', `expected a bucket of the pair ${pair}, got ${strange}`);
  if (named !== undefined) return all.filter(({ bucket }) => named.includes(bucket));
  const isElsewhere = ({ bucket }: BucketConfig): boolean =>
    pairs.some(
      ({ name, source, destinations }) =>
        name !== pair && [source, ...destinations].some((other) => other.bucket === bucket),
    );
  const free = verb === 'wire' ? all : all.filter((bucket) => !isElsewhere(bucket));
  if (free.length > 0) return free;
  throw new HoldfastError(
    'invalid-config',
    'cli',
    `every bucket of ${pair} is in another pair too: name those that are to go, by --bucket`,
  );
}

function isSource(config: Config, { bucket }: BucketConfig): boolean {
  return linksFrom(config, bucket).length > 0;
}

async function toTask(
  { pair, options, verb }: Asked,
  { bucket, services, call }: { readonly bucket: BucketConfig; readonly services: Services; readonly call: Call },
): Promise<BucketTask> {
  const { stage, validation: validate } = options;
  const given = options.queue?.find((arn) => regionOf(arn) === bucket.region);
  const queueArn = given ?? (await findQueue({ bucket, stage, verb }, services, call));
  const isSameAccount = queueArn === '' || accountOf(queueArn) === bucket.account;
  return {
    pair,
    bucket,
    stage,
    queueArn,
    wanted: verb === 'unwire' ? [] : wantedEvents(isSource(services.config, bucket)),
    canBridge: isSameAccount,
    foreign: !isSameAccount && given === undefined,
    validate,
  };
}

/** Without a stack there is nothing to tell; what points at a former one can still be taken away. */
async function findQueue(
  { bucket, stage, verb }: { readonly bucket: BucketConfig; readonly stage: string; readonly verb: Verb },
  services: Services,
  call: Call,
): Promise<string> {
  const queue = await services.stack(stage).stacks.signalsQueue(bucket.region, call);
  if (queue?.state === 'present') return queue.value;
  if (verb === 'unwire' && queue?.state === 'absent') return '';
  const got = queue?.state === 'unreadable' ? queue.reason : 'none';
  const text = `expected the stack holdfast-${stage} in ${bucket.region} with its signals queue, got ${got}`;
  throw new HoldfastError('invalid-config', 'cli', `${text}: deploy it first, or give --stage or --queue`);
}
