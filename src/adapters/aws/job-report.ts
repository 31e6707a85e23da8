import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { JobReport, TaskFailure } from '../../model/replication-job.ts';
import type { Call } from '../../ports.ts';
import { toObservation } from './translate-error.ts';

const OPERATION = 'ReplicationJobs.failures';

/**
 * Reads the failed tasks of a completion report: a manifest names the files, each a CSV without headings.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */
export async function readJobFailures(
  client: S3Client,
  { bucket, prefix, jobId }: JobReport & { readonly jobId: string },
  call: Call,
): Promise<Observation<readonly TaskFailure[]>> {
  const folder = prefix === '' ? `job-${jobId}` : `${prefix}/job-${jobId}`;
  try {
    const manifest = await getText(client, { bucket, key: `${folder}/manifest.json` }, call);
    const files = parseManifest(manifest).filter(({ outcome }) => outcome === 'failed');
    const bodies = await Promise.all(files.map(async ({ key }) => getText(client, { bucket, key }, call)));
    return present(bodies.flatMap((body) => parseFailures(body)));
  } catch (error) {
    return toObservation(error, OPERATION);
  }
}

async function getText(
  client: S3Client,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  { signal }: Call,
): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
  if (Body instanceof Readable) return text(Body);
  throw new HoldfastError('unexpected', OPERATION, `expected a body of s3://${bucket}/${key}, got none`);
}

function parseManifest(body: string): readonly { readonly outcome: string; readonly key: string }[] {
  const manifest: unknown = JSON.parse(body);
  const results = typeof manifest === 'object' && manifest !== null && 'Results' in manifest ? manifest.Results : [];
  return (Array.isArray(results) ? results : []).flatMap((result: unknown) => {
    if (typeof result !== 'object' || result === null) return [];
    const { TaskExecutionStatus: outcome, Key: key }: { TaskExecutionStatus?: unknown; Key?: unknown } = result;
    return typeof outcome === 'string' && typeof key === 'string' ? [{ outcome, key }] : [];
  });
}

/**
 * Columns: Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage. In AWS's own examples the status comes
 * before the code; it is the one that is a number. Only the message can have commas in it, and keys are URL-encoded.
 */
export function parseFailures(csv: string): readonly TaskFailure[] {
  return csv
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [, key = '', versionId = '', , ...rest] = line.split(',').map((cell) => unquote(cell));
      const codes = rest.slice(0, 2).filter((cell) => cell !== '');
      return {
        key: decodeURIComponent(key.replaceAll('+', ' ')),
        ...(versionId === '' ? {} : { versionId }),
        reason: codes.find((code) => !/^\d+$/.test(code)) ?? codes[0] ?? 'unknown',
      };
    });
}

function unquote(cell: string): string {
  return cell.replace(/^"(.*)"$/, '$1');
}
