import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { PermittedCommand } from '../../src/policy/permissions.ts';
import { FINGERPRINT } from '../support/alerts.ts';
import { ABORT, DESTINATION, HOME, SOURCE } from './pair-stage.ts';
import { AUDIT_PLAYS } from './permitted-audit-plays.ts';
import type { Play } from './permitted-play.ts';
import { ROUTE_PLAYS } from './permitted-route-plays.ts';
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
    async act(run) {
      expect(await run('console')).toMatchObject({ code: 0 });
    },
  },
  config: {
    async act(run, stage) {
      const ended = await run('config', 'check', stage.config, '--measure');
      expect(ended.stdout).not.toMatch(/denied|not authorized/);
    },
  },
  ...ROUTE_PLAYS,
  ...AUDIT_PLAYS,
};
