import { createHash } from 'node:crypto';

import { encodeKey } from '../s3/encode-key.ts';
import { jobArn, type Job, type TaskResult } from './job.ts';

/** A file of a completion report, and where it goes. */
export interface ReportFile {
  readonly key: string;
  readonly body: string;
}

/**
 * The completion report of a job: results by outcome, and the manifest that names them, which comes last. In the rows the HTTP
 * status stands before the error code, as S3 writes them, although the schema in its manifest says otherwise.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */
export function completionReport(job: Job, at: Date): readonly ReportFile[] {
  const { report } = job.plan;
  const folder = `${report.prefix === '' ? '' : `${report.prefix}/`}job-${job.id}`;
  const outcomes = [
    ...(report.failedOnly
      ? []
      : [{ name: 'succeeded', rows: job.results.filter(({ reason }) => reason === undefined) }]),
    { name: 'failed', rows: job.results.filter(({ reason }) => reason !== undefined) },
  ].filter(({ rows }) => rows.length > 0);
  const files = outcomes.map(({ name, rows }) => {
    const body = `${rows.map(toRow).join('\n')}\n`;
    const file = createHash('sha1')
      .update(`${jobArn(job)} ${name}`)
      .digest('hex');
    return { name, key: `${folder}/results/${file}.csv`, body };
  });
  const manifest = {
    Format: 'Report_CSV_20180820',
    ReportCreationDate: at.toISOString(),
    Results: files.map(({ name, key, body }) => ({
      TaskExecutionStatus: name,
      Bucket: report.bucket,
      MD5Checksum: createHash('md5').update(body).digest('hex'),
      Key: key,
    })),
    ReportSchema: 'Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage',
  };
  return [
    ...files.map(({ key, body }) => ({ key, body })),
    { key: `${folder}/manifest.json`, body: JSON.stringify(manifest, undefined, 2) },
  ];
}

function toRow({ task: { bucket, key, versionId = '' }, reason, message }: TaskResult): string {
  const at = [bucket, encodeKey(key), versionId];
  return reason === undefined
    ? [...at, 'succeeded', '200', '', message === undefined ? 'Successful' : quoted(message)].join(',')
    : [...at, 'failed', statusOf(reason), reason, `"The operation failed: ${reason}"`].join(',');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function statusOf(reason: string): string {
  if (reason.endsWith('NotPermitted')) return '403';
  return reason.endsWith('NotFound') ? '404' : '400';
}
