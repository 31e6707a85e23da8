import { mkdir, writeFile } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import type { PermittedCommand } from '../../src/policy/permissions.ts';
import { FINGERPRINT } from '../support/alerts.ts';
import { accessLine } from '../support/log-lines.ts';
import type { Ended } from './fake-run.ts';
import { ABORT, DESTINATION, HOME, type PairStage, SOURCE } from './pair-stage.ts';
import { archive, deliverInventories, letAclsCount, makeShelves, SHELVES } from './permitted-audits.ts';
import { leaveHome, withEveryCanary } from './permitted-routes.ts';
import {
  notify,
  openCause,
  replicateTagged,
  REPORTS,
  jobRoleArn,
  roleArn,
  setAside,
  settle,
} from './permitted-stage.ts';

export type Run = (...args: readonly string[]) => Promise<Ended>;

/** What a person does with a command, and what there has to be before. */
export interface Play {
  /** Of `holdfast policy`. */
  options?(stage: PairStage): readonly string[];
  /** Under the one user who may do everything. */
  prepare?(stage: PairStage, run: Run): Promise<void>;
  /** Under the policy alone. */
  act(run: Run, stage: PairStage): Promise<void>;
}

/** They ask nothing of AWS; the last two run against another server. */
export const UNPLAYED = ['digest', 'drill', 'sql', 'export', 'deploy', 'remove'] as const;
type Unplayed = (typeof UNPLAYED)[number];

/** Every command that asks something of S3 and the stacks. */
export const PLAYS: Readonly<Record<Exclude<PermittedCommand, Unplayed>, Play>> = {
  verify: {
    async act(run) {
      for (const bucket of [SOURCE, DESTINATION]) {
        expect(await run('verify', '--prefix', `s3://${bucket}/w`, '--content')).toMatchObject({ code: 0 });
        expect(await run('verify', `s3://${bucket}/without`, '--content')).toMatchObject({ code: 0 });
      }
      expect(await run('verify', `s3://${SOURCE}/parts`, '--content')).toMatchObject({ code: 1 });
      expect((await run('verify', `s3://${SOURCE}/not-there`)).stdout).not.toContain('denied');
    },
  },
  doctor: {
    options: (stage) => ['--role', roleArn(stage)],
    async prepare(stage, run) {
      await notify(stage, 'others');
      await run('wire', 'orders', '--yes');
    },
    async act(run) {
      const ended = await run('doctor', 'orders', '--json');
      expect(ended.stdout).not.toMatch(/denied|unreadable/);
    },
  },
  status: {
    async act(run) {
      expect((await run('status', 'orders', '--list', '3')).stdout).not.toMatch(/denied|not authorized/);
    },
  },
  wait: {
    prepare: replicateTagged,
    async act(run) {
      const ended = await run('wait', 'orders', '--keep-going', '--timeout', '3s', '--interval', '1s');
      expect(`${ended.stdout}${ended.stderr}`).not.toContain('denied');
      expect(ended.code).toBe(1);
    },
  },
  repair: {
    options: (stage) => ['--role', jobRoleArn(stage), '--report-bucket', REPORTS],
    prepare: replicateTagged,
    async act(run, stage) {
      expect((await run('repair', 'orders', '--missing')).stderr).toBe('');
      const object = { bucket: SOURCE, region: HOME[SOURCE], key: 'failed' };
      const reported = { code: 'replication-failed', subject: { kind: 'object-version', object } };
      await writeFile(`${stage.config}.ndjson`, JSON.stringify(reported));
      expect((await run('repair', 'orders', '--from', `${stage.config}.ndjson`)).stdout).toContain('FAILED');
      await stage.replicate(SOURCE);
      const asked = ['--failed', '--role', jobRoleArn(stage), '--report-bucket', REPORTS, '--yes'];
      const created = await run('repair', 'orders', ...asked);
      const job = /created job (\S+);/.exec(created.stdout)?.[1] ?? created.stderr;
      await settle(stage.cloud);
      const confirmed = await run('repair', 'orders', '--confirm', job);
      expect(confirmed).toMatchObject({ code: 0, stderr: '' });
      for (let round = 0; round < 4; round += 1) await settle(stage.cloud);
      expect((await run('repair', 'orders', '--failed')).stdout).toContain('DstPutObjectNotPermitted');
    },
  },
  wire: {
    options: (stage) => ['--role', roleArn(stage)],
    async prepare(stage, run) {
      await run('unwire', 'orders', '--yes');
      await notify(stage, 'others');
      await stage.lifecycle(SOURCE, [ABORT]);
      const [Key, Bucket] = [stage.keys[HOME[DESTINATION]], `arn:aws:s3:::${DESTINATION}`];
      const EncryptionConfiguration = { ReplicaKmsKeyID: Key };
      await stage.replicate(SOURCE, { Destination: { Bucket, EncryptionConfiguration } }); // without metrics
    },
    async act(run, stage) {
      expect(await run('wire', 'orders', '--yes', '--with', 'rtc')).toMatchObject({ code: 0 });
      await notify(stage, 'nobody'); // the others are gone: an entry of its own instead of the rule
      expect(await run('wire', 'orders', '--yes')).toMatchObject({ code: 0 });
    },
  },
  unwire: {
    async prepare(stage, run) {
      await notify(stage, 'others');
      await run('wire', 'orders', '--yes');
    },
    async act(run) {
      expect(await run('unwire', 'orders', '--yes')).toMatchObject({ code: 0 });
    },
  },
  alerts: {
    prepare: async (stage) => void (await openCause(stage)),
    async act(run) {
      expect(await run('alerts', '--all')).toMatchObject({ code: 1, stderr: '' });
      expect(await run('alerts', 'show', FINGERPRINT)).toMatchObject({ stderr: '' });
      expect(await run('alerts', 'close', FINGERPRINT, '--reason', 'over')).toMatchObject({ code: 0, stderr: '' });
    },
  },
  mute: {
    prepare: async (stage) => void (await openCause(stage)),
    async act(run) {
      const asked = ['--for', '1h', '--reason', 'known'];
      expect(await run('mute', '--pair', 'orders', ...asked)).toMatchObject({ code: 0, stderr: '' });
      expect(await run('mute', FINGERPRINT, ...asked)).toMatchObject({ code: 0, stderr: '' });
    },
  },
  unmute: {
    prepare: async (_, run) => void (await run('mute', '--pair', 'orders', '--for', '1h', '--reason', 'known')),
    async act(run) {
      expect(await run('unmute', '--pair', 'orders')).toMatchObject({ code: 0, stderr: '' });
    },
  },
  mutes: {
    async act(run) {
      expect(await run('mutes')).toMatchObject({ code: 0, stderr: '' });
    },
  },
  'test-alert': {
    async act(run) {
      for (const how of [['--listen'], []]) {
        const ended = await run('test-alert', ...how, '--wait', '1s');
        expect(ended).toMatchObject({ stderr: '' });
        expect(ended.stdout).not.toMatch(/denied|may not be looked at/);
      }
    },
  },
  poison: {
    prepare: setAside,
    async act(run) {
      for (const which of [[], ['--dead-letters']]) {
        expect(await run('poison', 'list', ...which)).toMatchObject({ code: 1, stderr: '' });
        expect(await run('poison', 'replay', ...which, '--yes')).toMatchObject({ code: 0 });
      }
    },
  },
  console: {
    async act(run, stage) {
      await withEveryCanary(stage, async () => expect(await run('console')).toMatchObject({ code: 0 }));
    },
  },
  routes: {
    async act(run, stage) {
      await withEveryCanary(stage, async () => {
        const ended = await run('routes', 'orders');
        expect(ended.stderr).toBe('');
        expect(ended.stdout).not.toMatch(/denied|not authorized|not known/);
      });
      expect((await run('routes', 'orders', '--manifest', '00000001')).stderr).toContain('there is no manifest');
    },
  },
  failback: {
    prepare: leaveHome,
    async act(run, stage) {
      const asked = ['--accept-loss', 'unknown'];
      await withEveryCanary(stage, async () => run('failback', 'orders', '--dry-run', ...asked));
      const ended = await run('failback', 'orders', '--yes', ...asked);
      expect(ended.stdout).toContain('EFFECTIVE');
    },
  },
  failover: {
    async act(run, stage) {
      // An hour later: routes are not changed back and forth.
      const asked = ['--to', HOME[DESTINATION], '--accept-loss', 'unknown', '--ahead', '3600000'];
      await withEveryCanary(stage, async () => run('failover', 'orders', '--dry-run', ...asked));
      const ended = await run('failover', 'orders', '--yes', ...asked);
      expect(ended.stdout).toContain('EFFECTIVE');
    },
  },
  freeze: {
    async act(run) {
      const asked = ['--for', '1h', '--reason', 'load test'];
      expect(await run('freeze', 'orders', ...asked)).toMatchObject({ code: 0, stderr: '' });
      expect(await run('freeze', 'orders', '--off')).toMatchObject({ code: 0, stderr: '' });
    },
  },
  config: {
    async act(run, stage) {
      const ended = await run('config', 'check', stage.config, '--measure');
      expect(ended.stdout).not.toMatch(/denied|not authorized/);
    },
  },
  audit: {
    options: (stage) => [
      ...['--from', REPORTS, '--report-bucket', ...Object.values(SHELVES)],
      ...['--role', jobRoleArn(stage), '--restore'],
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
