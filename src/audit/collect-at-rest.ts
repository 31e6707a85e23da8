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

/** What jobs have said of each version that they read. Memory for every row: some 200 bytes, more for long keys. */
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
  // As text, and apart from the rest: this is nearly every row, and there may be millions.
  const asOrdered = new Map<string, string>();
  const others = new Map<string, AtRestOutcome>();
  for (const { report, store } of reports) {
    for (const file of await filesOf(report, store, call)) {
      for await (const line of store.lines(file, call)) {
        const row = parseAtRestRow(line, expected);
        if (row === undefined) continue;
        const text = toText(row.outcome, order);
        if (text === undefined) others.set(nameOf(row), row.outcome);
        else asOrdered.set(compact(nameOf(row)), compact(text));
      }
    }
  }
  return {
    rows: asOrdered.size + others.size,
    find(object) {
      const name = nameOf(object);
      const text = asOrdered.get(name);
      return text === undefined ? others.get(name) : fromText(text, order);
    },
  };
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

/** The same text in its own memory: a piece of a longer one keeps all of that. */
function compact(text: string): string {
  return Buffer.from(text).toString();
}

/** `undefined`: it is no checksum as it was ordered. */
function toText(outcome: AtRestOutcome, { algorithm, type }: ChecksumOrder): string | undefined {
  if (outcome.state !== 'computed') return undefined;
  const { checksum, etag = '' } = outcome;
  return checksum.algorithm === algorithm && checksum.type === type ? `${checksum.base64} ${etag}` : undefined;
}

function fromText(text: string, { algorithm, type }: ChecksumOrder): AtRestOutcome {
  const [base64 = '', etag = ''] = text.split(' ');
  return { state: 'computed', checksum: { algorithm, type, base64 }, ...(etag === '' ? {} : { etag }) };
}

/** No bucket, and no version ID, has a line break in it. */
function nameOf({ bucket, key, versionId = '' }: Pick<ObjectRef, 'bucket' | 'key' | 'versionId'>): string {
  return `${bucket}\n${versionId}\n${key}`;
}
