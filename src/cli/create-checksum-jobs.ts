import { createHash } from 'node:crypto';
import { listForJob } from '../audit/list-for-job.ts';
import type { AuditQuestion } from '../model/audit-records.ts';
import { HoldfastError } from '../errors.ts';
import type { ChecksumJobRequest, ChecksumOrder } from '../model/checksum-job.ts';
import type { BucketConfig } from '../model/config.ts';
import { formatETag } from '../model/etag.ts';
import type { Link } from '../model/link.ts';
import { pricesOf } from '../model/prices.ts';
import type { JobReport } from '../model/replication-job.ts';
import type { Call } from '../ports.ts';
import type { KeptJob } from './checksum-job-book.ts';
import type { Services } from './services.ts';

/** What is to be read, by which role, and where lists and reports go. */
export interface JobWish {
  readonly question: AuditQuestion;
  readonly order: ChecksumOrder;
  readonly links: readonly Link[];
  readonly role: string;
  /** By Region. */
  readonly places: ReadonlyMap<string, JobReport>;
}

/** A job that is ready to be created: its list is where it belongs. */
export interface ReadyJob {
  readonly request: ChecksumJobRequest;
  readonly bucket: string;
  readonly versions: number;
  readonly dollars: number;
}

/** Each bucket once, with those whose copies are read together with its own. */
export function bucketsOf(
  links: readonly Link[],
): readonly { readonly place: BucketConfig; readonly both: readonly string[] }[] {
  const found = new Map<string, { place: BucketConfig; both: readonly string[] }>();
  for (const { source, destination } of links) {
    for (const place of [source, destination]) {
      const known = found.get(place.bucket)?.both ?? [];
      found.set(place.bucket, { place, both: [...new Set([...known, source.bucket, destination.bucket])] });
    }
  }
  return [...found.values()];
}

/** Writes the lists of all buckets down. A bucket of which nothing is to be read needs no job. */
export async function prepareJobs(
  { question, order, links, role, places }: JobWish,
  services: Services,
  call: Call,
): Promise<readonly ReadyJob[]> {
  const ready: ReadyJob[] = [];
  const startedAt = services.clock
    .now()
    .toISOString()
    .replaceAll(/[-:]|\.\d+/g, '');
  for (const { place, both } of bucketsOf(links)) {
    const { bucket, region, account } = place;
    const report = places.get(region);
    if (report === undefined) {
      const problem = `expected --job-reports with a bucket in ${region}, where ${bucket} is: a job works in its own Region`;
      throw new HoldfastError('invalid-config', 'cli', problem);
    }
    const key = `${report.prefix}/lists/${startedAt}-${bucket}.csv`;
    const sum = { versions: 0, bytes: 0 };
    const onVersion = (sizeBytes: number): void => {
      sum.versions += 1;
      sum.bytes += sizeBytes;
    };
    const rows = listForJob({ place: { bucket, region }, question, buckets: both, onVersion }, services.listings, call);
    await services.reportsIn({ bucket: report.bucket, region }).write(key, rows, { ...call, contentType: 'text/csv' });
    if (sum.versions === 0) continue;
    const { batchJob, batchObject, computeChecksumGB } = pricesOf(region);
    const manifest = {
      bucket: report.bucket,
      key,
      etag: await etagOf({ bucket: report.bucket, region, key }, services, call),
    };
    ready.push({
      bucket,
      versions: sum.versions,
      dollars: batchJob + sum.versions * batchObject + (sum.bytes / 1e9) * computeChecksumGB,
      request: {
        account,
        region,
        order,
        role,
        report,
        manifest: { ...manifest, versions: question.versions },
        description: `holdfast audit ${question.pair}: ${bucket}`.slice(0, 256),
        token: createHash('sha256').update(`${key} ${manifest.etag}`).digest('hex').slice(0, 64),
      },
    });
  }
  return ready;
}

async function etagOf(
  object: { readonly bucket: string; readonly region: string; readonly key: string },
  { objects }: Services,
  { signal }: Call,
): Promise<string> {
  const head = await objects.head(object, { checksums: false, signal });
  if (head.state === 'present') return formatETag(head.value.etag);
  throw new HoldfastError('unexpected', 'cli', `expected the list that was just written, got ${head.state}`);
}

export async function createJob(
  { request, bucket, versions }: ReadyJob,
  { checksums }: Pick<Services, 'checksums'>,
  call: Call,
): Promise<KeptJob> {
  const jobId = await checksums.create(request, call);
  const { account, region, report } = request;
  return { jobId, account, region, bucket, report, versions };
}
