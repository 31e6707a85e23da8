/**
 * The month of these list prices. S3, KMS, SQS, SNS and Lambda in us-east-1 come from notes on AWS's price pages of that year,
 * DynamoDB from a public copy of its page. CloudWatch, EventBridge Scheduler, and what differs in other Regions, are as they were
 * last known: worth confirming before somebody relies on them.
 */
export const PRICES_AS_OF = '2026-11';

/** What AWS asks for one unit of everything that Holdfast uses, in US dollars, without free tiers and discounts. */
export interface Prices {
  /** One GET, HEAD, GetObjectAttributes. https://aws.amazon.com/s3/pricing/ */
  readonly s3Get: number;
  /** One PUT, COPY, POST, LIST, and what a replication writes at its destination. */
  readonly s3Put: number;
  /** One job of S3 Batch Operations, one object in it, and one object that a generated manifest is made of. */
  readonly batchJob: number;
  readonly batchObject: number;
  readonly batchManifestObject: number;
  /** One GB of 10⁹ bytes of which a job of S3 Batch Operations computes a checksum, of any storage class. */
  readonly computeChecksumGB: number;
  /** One GB of 10⁹ bytes under Replication Time Control. */
  readonly replicationTimeControlGB: number;
  /** One request with a symmetric key. https://aws.amazon.com/kms/pricing/ */
  readonly kmsRequest: number;
  /** One request of SQS: a send, a receipt or a deletion of up to 64 KiB, of up to ten messages. */
  readonly sqsRequest: number;
  readonly snsPublish: number;
  readonly lambdaInvocation: number;
  /** One GB of 2³⁰ bytes for one second on arm64, which the functions run on. https://aws.amazon.com/lambda/pricing/ */
  readonly lambdaGBSecond: number;
  /** One write request unit, of up to 1 KiB, on demand. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  readonly dynamodbWrite: number;
  /** One read request unit: 4 KiB strongly, 8 KiB eventually consistent. */
  readonly dynamodbRead: number;
  /** One custom metric, of EMF, of S3 replication or S3 requests, for a month. https://aws.amazon.com/cloudwatch/pricing/ */
  readonly metricMonth: number;
  /** One metric that an alarm looks at, for a month. */
  readonly alarmMonth: number;
  /** One dashboard, for a month. The first three of an account are free. */
  readonly dashboardMonth: number;
  /** One metric asked for by GetMetricData. */
  readonly metricRead: number;
  /** One GB of log lines taken in. */
  readonly logGB: number;
  /** One start by a schedule of EventBridge Scheduler. https://aws.amazon.com/eventbridge/pricing/ */
  readonly scheduleStart: number;
}

const MILLION = 1_000_000;

/** us-east-1, and most other Regions. */
const BASE: Prices = {
  s3Get: 0.0004 / 1_000,
  s3Put: 0.005 / 1_000,
  batchJob: 0.25,
  batchObject: 1 / MILLION,
  batchManifestObject: 0.015 / MILLION,
  computeChecksumGB: 0.004,
  replicationTimeControlGB: 0.015,
  kmsRequest: 0.03 / 10_000,
  sqsRequest: 0.4 / MILLION,
  snsPublish: 0.5 / MILLION,
  lambdaInvocation: 0.2 / MILLION,
  lambdaGBSecond: 0.0000133334,
  dynamodbWrite: 0.625 / MILLION,
  dynamodbRead: 0.125 / MILLION,
  metricMonth: 0.3,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  metricRead: 0.01 / 1_000,
  logGB: 0.5,
  scheduleStart: 1 / MILLION,
};

/** S3 requests where they cost something else, in dollars for 1,000. */
const S3_REQUESTS: Readonly<Record<string, { readonly get: number; readonly put: number }>> = {
  'us-west-1': { get: 0.00044, put: 0.0055 },
  'ca-central-1': { get: 0.00044, put: 0.0055 },
  'eu-central-1': { get: 0.00043, put: 0.0054 },
  'eu-west-2': { get: 0.00042, put: 0.0053 },
  'eu-west-3': { get: 0.00042, put: 0.0053 },
  'ap-northeast-1': { get: 0.00037, put: 0.0047 },
  'ap-southeast-2': { get: 0.00044, put: 0.0055 },
  'sa-east-1': { get: 0.00056, put: 0.007 },
};

/** List prices of a Region. What is not known to differ there is as in us-east-1. */
export function pricesOf(region: string): Prices {
  const requests = S3_REQUESTS[region];
  return requests === undefined ? BASE : { ...BASE, s3Get: requests.get / 1_000, s3Put: requests.put / 1_000 };
}

/** Dollars for one GB of 10⁹ bytes that leaves a Region for another. */
const TRANSFER_GB: Readonly<Record<string, number>> = {
  'ap-northeast-1': 0.09,
  'ap-northeast-2': 0.08,
  'ap-south-1': 0.086,
  'ap-southeast-1': 0.09,
  'ap-southeast-2': 0.098,
  'sa-east-1': 0.138,
};

const NEIGHBOURS: ReadonlySet<string> = new Set(['us-east-1', 'us-east-2']);

/**
 * Dollars for one GB of 10⁹ bytes between two Regions; nothing inside one.
 *
 * @see https://aws.amazon.com/s3/pricing/ (Data transfer)
 */
export function transferPerGB(from: string, to: string): number {
  if (from === to) return 0;
  if (NEIGHBOURS.has(from) && NEIGHBOURS.has(to)) return 0.01;
  return TRANSFER_GB[from] ?? 0.02;
}

/** Where bytes to the Internet cost something else than the 0.09 of the first 10 TB in us-east-1. */
const INTERNET_GB: Readonly<Record<string, number>> = {
  'ap-northeast-1': 0.114,
  'ap-northeast-2': 0.126,
  'ap-south-1': 0.1093,
  'ap-southeast-1': 0.12,
  'ap-southeast-2': 0.114,
  'sa-east-1': 0.15,
};

/**
 * Dollars for one GB of 10⁹ bytes from a Region to somebody outside of AWS.
 *
 * @see https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer
 */
export function internetPerGB(from: string): number {
  return INTERNET_GB[from] ?? 0.09;
}
