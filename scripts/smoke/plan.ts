import { pricesOf } from '../../src/model/prices.ts';
import { namesOf, type RunPlaces } from './names.ts';

/** One thing that a run may be charged for. */
export interface CostLine {
  readonly what: string;
  /** At most, in US dollars. */
  readonly atMost: number;
}

/** What a run creates, and what it costs at most. */
export interface SmokePlan {
  readonly creates: readonly string[];
  readonly costs: readonly CostLine[];
}

/** More requests than a run makes when AWS takes all the time that it is given. */
const WRITES = 500;
const READS = 5_000;
const MESSAGES = 6_000;
const KMS_REQUESTS = 500;
/** Of one replication rule to one destination. */
const METRICS = 4;
/** Dollars for a key and a month, of which a run lasts less than an hour. https://aws.amazon.com/kms/pricing/ */
const KEY_MONTH = 1;
/** What the run writes, and replicates to the other Region. */
const GIGABYTES = 0.05;
const STORED_GB_MONTH = 0.05;
const TRANSFER_GB = 0.15;

export function planOf(places: RunPlaces, { withKms }: { readonly withKms: boolean }): SmokePlan {
  const { source, destination } = places;
  const names = namesOf(places);
  const keys = withKms ? 2 : 0;
  const { s3Put, s3Get, sqsRequest, metricMonth, kmsRequest } = pricesOf(source);
  return {
    creates: [
      ...names.buckets.map(({ name, region }) => `bucket ${name} in ${region}`),
      ...names.queues.map(({ name, region }) => `queue ${name} in ${region}`),
      `role ${names.role}, which S3 replicates with`,
      `rule ${names.rule} on the default event bus in ${source}`,
      ...(withKms ? [source, destination].map((region) => `KMS key ${names.keyAlias} in ${region}`) : []),
    ],
    costs: [
      {
        what: `${WRITES} writes and ${READS} reads of S3, in two Regions`,
        atMost: 2 * (WRITES * s3Put + READS * s3Get),
      },
      { what: 'storage and transfer of less than 50 MB', atMost: GIGABYTES * (2 * STORED_GB_MONTH + TRANSFER_GB) },
      { what: `${MESSAGES} requests of SQS`, atMost: MESSAGES * sqsRequest },
      { what: `${METRICS} metrics of replication, as if for a month`, atMost: METRICS * metricMonth },
      ...(keys === 0
        ? []
        : [
            {
              what: `${keys} KMS keys, as if for a month, and their use`,
              atMost: keys * KEY_MONTH + KMS_REQUESTS * kmsRequest,
            },
          ]),
    ],
  };
}

/** At most, in US dollars. */
export function totalOf({ costs }: SmokePlan): number {
  return costs.reduce((sum, { atMost }) => sum + toCents(atMost), 0) / 100;
}

/** Rounded up, line by line, so that the lines add up to what is said in the end. */
function toCents(amount: number): number {
  return Math.ceil(amount * 100);
}

function dollars(amount: number): string {
  return `$${(toCents(amount) / 100).toFixed(2)}`;
}

/** The plan as it is shown before anything is created. */
export function renderPlan(plan: SmokePlan): string {
  const lines = [
    'This creates, and removes at the end:',
    ...plan.creates.map((line) => `  ${line}`),
    'It costs at most:',
    ...plan.costs.map(({ what, atMost }) => `  ${dollars(atMost).padStart(6)}  ${what}`),
    `  ${dollars(totalOf(plan)).padStart(6)}  together`,
    ...(plan.creates.some((line) => line.startsWith('KMS'))
      ? ['A KMS key cannot be deleted at once: both stay for 7 days, disabled and free of charge.']
      : []),
  ];
  return `${lines.join('\n')}\n`;
}
