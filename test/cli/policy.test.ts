import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERMITTED_COMMANDS } from '../../src/policy/permissions.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';

const PLACE = "region: us-east-1, account: '111122223333'";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const pair = (name: string) => `  ${name}: { source: { bucket: ${name}-use1, ${PLACE} } }\n`;
  await writeFile(join(cwd, 'holdfast.yml'), `version: 1\npairs:\n${pair('orders')}${pair('logs')}`);
  const many = Array.from({ length: 60 }, (_, index) => pair(`pair-${index}`));
  await writeFile(join(cwd, 'many.yml'), `version: 1\npairs:\n${many.join('')}`);
});
afterAll(async () => rm(cwd, { recursive: true }));

const policy = async (...args: readonly string[]): Promise<Ended> => holdfast(['policy', ...args], { cwd });

describe('holdfast policy', () => {
  it('prints a document that IAM takes, and says beside it what is wider than it might be', async () => {
    const { code, stdout, stderr } = await policy('status', '--stage', 'prod');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ Version: '2012-10-17', Statement: [{ Sid: 'Checkpoints' }, {}] });
    expect(stdout).toContain('table/holdfast-prod-steering');
    expect(stderr).toBe('Metrics: CloudWatch knows no permission on single metrics\n');
  });

  it('prints one line of JSON, with the reasons in it', async () => {
    const ended = await policy('doctor', '--pair', 'orders', '--json');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(linesOf(ended)).toMatchObject([
      {
        kind: 'policy',
        command: 'doctor',
        stage: 'dev',
        pairs: ['orders'],
        document: { Statement: [{ Sid: 'ReadSettings', Resource: ['arn:aws:s3:::orders-use1'] }, {}, {}, {}, {}] },
        wide: [{ sid: 'ReadRoles' }, { sid: 'ListQueues' }, { sid: 'AskQueues' }],
      },
    ]);
  });

  it('says that a command needs nothing', async () => {
    expect(await policy('digest')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('no policy') });
  });

  it('says where a policy is longer than IAM takes', async () => {
    const long = await policy('doctor', '--config', 'many.yml');
    expect(long.stderr).toMatch(/^\d+ characters: a managed policy takes 6144/m);
    expect((await policy('doctor')).stderr).not.toContain('characters');
  });

  it.each([
    [['status', '--pair', 'bills', 'logs', 'x'], 'there is no pair bills and no pair x; there are orders, logs'],
    [['status', '--config', '/dev/null'], 'the file is empty'],
    [['fly'], "'fly' is invalid"],
    [['logs'], 'expected --from with the bucket of the logs'],
    [['audits'], 'none of these pairs is audited by the clock'],
    [['failover', '--pair', 'orders'], 'failover is about an access point, and none of the configuration has orders'],
  ])('%j is refused, with exit code 2 and nothing on stdout', async (args, problem) => {
    const { code, stdout, stderr } = await policy(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
  });

  it('knows every command there is', async () => {
    const { stdout } = await holdfast(['--help']);
    const names = Array.from(stdout.matchAll(/^  ([a-z][a-z-]+) /gm), ([, name = '']) => name);
    const withoutPolicy = ['explain', 'policy', 'sandbox', 'help', 'holdfast']; // the last in its examples
    expect(names.filter((name) => !withoutPolicy.includes(name)).toSorted()).toEqual(
      PERMITTED_COMMANDS.filter((name) => name !== 'deploy' && name !== 'remove').toSorted(),
    );
  });

  it('needs a configuration with pairs', async () => {
    const ended = await holdfast(['policy', 'status'], { cwd: tmpdir() });
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('give --config') as string });
  });
});
