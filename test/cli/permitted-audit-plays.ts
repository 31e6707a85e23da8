import { mkdir, writeFile } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { accessLine } from '../support/log-lines.ts';
import { DESTINATION, HOME, SOURCE } from './pair-stage.ts';
import { archive, deliverInventories, letAclsCount, makeShelves, SHELVES } from './permitted-audits.ts';
import type { Play } from './permitted-play.ts';
import { jobRoleArn, REPORTS, settle } from './permitted-stage.ts';

/** Of commands that go through whole buckets, or read what others wrote about them. */
export const AUDIT_PLAYS: Readonly<Record<'audit' | 'audits' | 'verify-report' | 'compare' | 'logs', Play>> = {
  audit: {
    options: (stage) => [
      '--from',
      REPORTS,
      '--report-bucket',
      ...Object.values(SHELVES),
      '--role',
      jobRoleArn(stage),
      '--restore',
    ],
    async prepare(stage) {
      await makeShelves(stage);
      await deliverInventories(stage, REPORTS);
      await letAclsCount(stage);
      await archive(stage);
    },
    async act(run, stage) {
      const quickly = ['--gap', '1s', '--json'];
      expect(await run('audit', 'orders', '--quote')).toMatchObject({ code: 0 });
      for (const which of [
        ['--versions', '--content', 'all'],
        ['--content', 'all'],
      ]) {
        const ended = await run('audit', 'orders', ...which, ...quickly);
        expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/denied|not authorized/);
        expect(ended.code).toBe(1);
      }
      const inventories = [SOURCE, DESTINATION].map((bucket) => `s3://${REPORTS}/${bucket}/manifest.json`);
      const shelf = ['--store', `s3://${SHELVES['us-east-1']}/report`, '--lock', 'governance', '--lock-for', '1d'];
      const reports = Object.values(SHELVES).map((bucket) => `s3://${bucket}/jobs`);
      const jobs = ['--job-role', jobRoleArn(stage), '--job-reports', ...reports, '--yes'];
      const byJobs = ['--content', 'all', '--by', 'compute-checksum', '--out', `${stage.config}.jobs`];
      for (const more of [
        ['--inventory', ...inventories],
        ['--out', `${stage.config}.audit`, ...shelf],
        ['--versions', '--content', 'all', '--restore-budget', '5'],
        [...byJobs, ...jobs],
        byJobs,
      ]) {
        const ended = await run('audit', 'orders', ...more, ...quickly);
        expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/denied|not authorized|^holdfast: /m);
        await settle(stage.cloud);
      }
    },
  },
  audits: {
    async act(run) {
      for (const verb of [['list'], ['show', 'x'], ['start', 'nightly'], ['start', 'nightly', '--yes']]) {
        const ended = await run('audits', ...verb);
        expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/denied|not authorized/);
      }
    },
  },
  'verify-report': {
    options: () => ['--report-bucket', REPORTS],
    async prepare({ sdk }) {
      await sdk.s3(HOME[SOURCE]).send(new PutObjectCommand({ Bucket: REPORTS, Key: 'report.ndjson', Body: '{}\n' }));
    },
    async act(run) {
      for (const version of ['', '?versionId=null'])
        expect((await run('verify-report', `s3://${REPORTS}/report.ndjson${version}`)).stdout).toContain('0 shards');
    },
  },
  compare: {
    options: () => ['--from', REPORTS],
    async prepare({ sdk, config }) {
      await sdk.s3(HOME[SOURCE]).send(new PutObjectCommand({ Bucket: REPORTS, Key: 'untagged', Body: 'UNTAGGED' }));
      await mkdir(`${config}.files`);
      await writeFile(`${config}.files/parts`, new Uint8Array((5 << 20) + 1));
    },
    async act(run, { config }) {
      const places = [`s3://${SOURCE}`, `s3://${DESTINATION}`, `s3://${REPORTS}`, `${config}.files`];
      for (const place of places) {
        const ended = await run('compare', place, `s3://${SOURCE}`, '--content');
        expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/denied|not authorized|cannot be looked at/);
      }
      expect((await run('compare', `${config}.files`, `s3://${SOURCE}`)).code).toBe(1);
    },
  },
  logs: {
    options: () => ['--from', REPORTS],
    async prepare({ sdk }) {
      const log = { Bucket: REPORTS, Key: 'logs/1', Body: accessLine({ status: '503', error: 'SlowDown' }) };
      await sdk.s3(HOME[SOURCE]).send(new PutObjectCommand(log));
    },
    async act(run) {
      expect((await run('logs', `s3://${REPORTS}/logs/`)).stdout).toContain('1 request in 1 file');
    },
  },
};
