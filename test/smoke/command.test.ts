import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SmokeReport } from '../../scripts/smoke/report.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';

let folder: string;
let cloud: Cloud;
let sdk: SdkClients;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-smoke-'));
  cloud = await createCloud({ seed: 8 });
  sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  const { accessKeyId, secretAccessKey } = cloud.credentials;
  const profile = `[profile sandbox]\nregion = us-east-1\nendpoint_url = ${cloud.url}\n`;
  const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  await writeFile(join(folder, 'config'), profile + keys);
});
afterAll(async () => {
  sdk.destroy();
  await cloud.close();
  await rm(folder, { recursive: true });
});

/** The command with keys in the environment that are not the profile's: they must not be used. */
function smoke(...args: readonly string[]) {
  const { AWS_PROFILE: _, AWS_ENDPOINT_URL: __, ...outer } = process.env;
  const env = {
    ...outer,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_ACCESS_KEY_ID: 'AKIAOFSOMEBODYELSE00',
    AWS_SECRET_ACCESS_KEY: 'of somebody else',
  };
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/smoke.ts', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, stderr }));
  return { child, ended, told: () => stderr };
}

const buckets = async () => (await sdk.s3('us-east-1').send(new ListBucketsCommand({}))).Buckets ?? [];

describe('npm run smoke', () => {
  it('shows what it would create and cost, and creates nothing without --yes', async () => {
    const { code, stderr } = await smoke('--profile', 'sandbox').ended;
    expect(stderr).toMatch(/bucket holdfast-smoke-\d{8}-[0-9a-f]{6}-source in us-east-1/);
    expect(stderr).toMatch(/\$1\.\d\d {2}together/);
    expect(stderr).toContain(`In account ${cloud.account} (profile sandbox, ${new URL(cloud.url).host})`);
    expect(stderr).toContain('Nothing was created');
    expect(code).toBe(0);
    expect(await buckets()).toEqual([]);
  });

  it('cleans up after Ctrl-C, and writes what it has learnt until then', async () => {
    const out = join(folder, 'answers.json');
    const { child, ended, told } = smoke('--profile', 'sandbox', '--yes', '--out', out);
    child.stderr.on('data', () => {
      if (told().includes('replica-arrival-event: ') && !child.killed) child.kill('SIGINT');
    });
    const { code, stderr } = await ended;
    expect(stderr).toMatch(/interrupted: cleaning up/);
    expect(stderr).toContain('nothing is left in the account');
    expect(code).toBe(2);
    expect(await buckets()).toEqual([]);
    const report = JSON.parse(await readFile(out, 'utf8')) as SmokeReport;
    expect(report.questions.find(({ id }) => id === 'replica-arrival-event')).toMatchObject({ state: 'answered' });
    expect(report.questions.find(({ id }) => id === 'null-version-event')).toMatchObject({ state: 'failed' });
  });

  it('removes what a run left that was killed', async () => {
    const { child, ended, told } = smoke(
      '--profile',
      'sandbox',
      '--regions',
      'eu-west-1,us-east-1',
      '--yes',
      '--out',
      '/dev/null',
    );
    child.stderr.on('data', () => {
      if (told().includes('replica-arrival-event: ')) child.kill('SIGKILL');
    });
    const { stderr } = await ended;
    expect(await buckets()).toHaveLength(3);
    const [, command = ''] = /^ {2}npm run smoke -- (.+)$/m.exec(stderr) ?? [];
    const after = await smoke(...command.split(' ')).ended;
    expect(after).toEqual({ code: 0, stderr: expect.stringContaining('nothing is left in the account') });
    expect(await buckets()).toEqual([]);
  });

  it('does not begin without a profile', async () => {
    const { code, stderr } = await smoke('--yes').ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining('expected --profile')]);
  });
});
