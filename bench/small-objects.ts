import { randomBytes } from 'node:crypto';
import { type RequestCount } from '../src/sandbox/requests.ts';
import { createPublishedMetrics } from './emf.ts';
import { formatSize } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { type Package, RECORDED } from './package-functions.ts';
import type { Row } from './row.ts';
import { type SmallCloud, startSmallCloud } from './small-cloud.ts';

const SIZE_BYTES = 4096;
const AT_MOST = 2;

/** What small objects cost is requests: the whole way of the event, through queues, functions and the ledger. */
export async function benchSmallObjects({ objects }: BenchOptions, packed: Package): Promise<Row[]> {
  const small = await startSmallCloud(packed);
  try {
    const run = { small, objects };
    return [await inspect('whose bytes are read', 'read/', run), await inspect('by what S3 stored', RECORDED, run)];
  } finally {
    await small.close();
  }
}

interface Inspected {
  readonly small: SmallCloud;
  readonly objects: number;
}

async function inspect(how: string, prefix: string, { small, objects }: Inspected): Promise<Row> {
  const { cloud } = small;
  const metrics = createPublishedMetrics();
  const unfollow = cloud.logs.follow(({ text }) => metrics.read(text));
  await small.upload(
    Array.from({ length: objects }, (_, index) => `${prefix}${index}`),
    randomBytes(SIZE_BYTES),
  );
  const before = countByService(cloud.requests());
  const start = process.hrtime.bigint();
  await small.inspectAll();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const after = countByService(cloud.requests());
  unfollow();

  const judged = metrics.sum('Verified');
  if (judged < objects) throw new Error(`expected ${objects} objects to be verified, got ${judged}`);
  const each = (service: string): number => ((after.get(service) ?? 0) - (before.get(service) ?? 0)) / objects;
  return {
    goal: 'inspection',
    what: `requests to S3 per small object ${how}, through the deployed functions`,
    n: 1,
    sizes: `${objects} objects of ${formatSize(SIZE_BYTES)} with CRC64NVME`,
    ours:
      `${each('s3').toFixed(2)} S3, ${each('dynamodb').toFixed(2)} DynamoDB, ${each('sqs').toFixed(2)} SQS requests/object; ` +
      `${(objects / seconds).toFixed(0)} objects/s; ${metrics.billed()} billed metrics`,
    peer: 'none',
    target: `≤ ${AT_MOST} S3 requests/object`,
    met: each('s3') <= AT_MOST ? 'met' : 'not met',
    versions: `node ${process.versions.node}`,
  };
}

/** Requests of the functions, by service. The role of a function signs them; what we did ourselves was signed by `admin`. */
function countByService(counts: readonly RequestCount[]): ReadonlyMap<string, number> {
  const byService = new Map<string, number>();
  for (const { service, role, count } of counts) {
    if (role !== 'admin') byService.set(service, (byService.get(service) ?? 0) + count);
  }
  return byService;
}
