import { DIGEST_SIZES_BYTES } from '../digest/digester.ts';
import { HoldfastError } from '../errors.ts';
import { parseAtRestRow } from '../ingest/at-rest-row.ts';
import { parseJobReportManifest } from '../ingest/job-report-manifest.ts';
import type { AtRestOutcome } from '../model/at-rest.ts';
import type { ChecksumOrder } from '../model/checksum-job.ts';
import type { ObjectRef } from '../model/object.ts';
import type { JobReport } from '../model/replication-job.ts';
import type { Call, ReportStore } from '../ports.ts';

/** The completion report of one job. */
export interface JobReportRef extends JobReport {
  readonly jobId: string;
}

/** What jobs have said of each version that they read. Memory for every row: some 300 bytes. */
export interface AtRestBook {
  readonly rows: number;
  find(object: ObjectRef): AtRestOutcome | undefined;
}

/** Reads the reports of jobs. Throws where a report is not there, or is none. */
export async function collectAtRest(
  reports: readonly { readonly report: JobReportRef; readonly store: ReportStore }[],
  order: ChecksumOrder,
  call: Call,
): Promise<AtRestBook> {
  const expected = { ...order, sizeBytes: DIGEST_SIZES_BYTES[order.algorithm] };
  const outcomes = new Map<string, AtRestOutcome>();
  for (const { report, store } of reports) {
    for (const file of await filesOf(report, store, call)) {
      for await (const line of store.lines(file, call)) {
        const row = parseAtRestRow(line, expected);
        if (row !== undefined) outcomes.set(nameOf(row), row.outcome);
      }
    }
  }
  return { rows: outcomes.size, find: (object) => outcomes.get(nameOf(object)) };
}

async function filesOf(
  { bucket, prefix, jobId }: JobReportRef,
  store: ReportStore,
  call: Call,
): Promise<readonly string[]> {
  const key = `${prefix === '' ? '' : `${prefix}/`}job-${jobId}/manifest.json`;
  const text = await store.get(key, call);
  if (text !== undefined) return parseJobReportManifest(text);
  throw new HoldfastError('unavailable', 'audit.collectAtRest', `expected a report at s3://${bucket}/${key}, got none`);
}

/** No bucket, and no version ID, has a line break in it. */
function nameOf({ bucket, key, versionId = '' }: Pick<ObjectRef, 'bucket' | 'key' | 'versionId'>): string {
  return `${bucket}\n${versionId}\n${key}`;
}
