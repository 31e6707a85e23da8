import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { signedJson } from '../signed-json.ts';
import { assume } from '../assumed-role.ts';
import { REGION, setAuditStage, type AuditStage, type Described } from './audit-stage.ts';

const DAY_MS = 86_400_000;

let stage: AuditStage;

beforeAll(async () => {
  stage = await setAuditStage();
}, 60_000);

afterAll(async () => stage.close());

const runOf = ({ name }: Described): string => `run-${name}`;

/** How often each shard was begun. */
async function triesOf(audit: string, run: string): Promise<Readonly<Record<string, number>>> {
  const keys = await stage.keys(`audits/${audit}/${run}/tries/`);
  const shards = keys.map((key) => /tries\/(\d)-/.exec(key)?.[1] ?? '');
  return Object.fromEntries([...new Set(shards)].map((shard) => [shard, shards.filter((one) => one === shard).length]));
}

describe('the state machine of audits', { timeout: 60_000 }, () => {
  it.each<[string, object, Readonly<Record<string, number>>]>([
    ['plain', { complete: true, missing: [] }, { 0: 1, 1: 1, 2: 1, 3: 1, 4: 1 }],
    ['shaky', { complete: true, missing: [] }, { 0: 1, 1: 3, 2: 1, 3: 1, 4: 1 }],
    ['slow', { complete: true, missing: [] }, { 0: 1, 1: 1, 2: 1, 3: 2, 4: 1 }],
    ['hopeless', { complete: false, missing: [2] }, { 0: 1, 1: 1, 2: 9, 3: 1, 4: 1 }],
  ])('finishes the %s audit: %j, its shards begun %j', async (audit, expected, tries) => {
    const ended = await stage.run(audit);
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(JSON.parse(ended.output ?? '')).toEqual({ kind: 'finished', ...expected });
    expect(await triesOf(audit, runOf(ended))).toEqual(tries);
  });

  it('leaves beside the report what became of the shards of each round', async () => {
    const run = runOf(await stage.run('hopeless'));
    const keys = await stage.keys(`audits/hopeless/${run}/map/`);
    const names = keys.map((key) => key.split('/').at(-1));
    expect(names.filter((name) => name === 'manifest.json')).toHaveLength(3);
    expect(names.filter((name) => name === 'FAILED_0.json')).toHaveLength(3);
    expect(names.filter((name) => name === 'SUCCEEDED_0.json')).toHaveLength(1);
    const failed = keys.find((key) => key.endsWith('FAILED_0.json')) ?? '';
    expect(await stage.json(failed)).toMatchObject([{ Status: 'FAILED', Error: 'Error' }]);
  });

  it.each([
    ['held', { kind: 'skipped', reason: 'another run is under way' }],
    ['dear', { kind: 'refused', reason: 'it would cost too much' }],
  ])('ends well and does nothing where the audit is %s', async (audit, expected) => {
    const { status, output, name } = await stage.run(audit);
    expect([status, JSON.parse(output ?? '')]).toEqual(['SUCCEEDED', expected]);
    expect(await stage.keys(`audits/${audit}/run-${name}/`)).toEqual([]);
  });

  it.each([
    ['unplannable', 'TypeError', false],
    ['unlisted', 'States.ItemReaderFailed', true],
    ['unreportable', 'RangeError', true],
  ])('lets the report give up the %s audit, and fails by the name of the error', async (audit, error, hasRun) => {
    const ended = await stage.run(audit);
    expect(ended).toMatchObject({ status: 'FAILED', error });
    const given = await stage.json(`audits/${audit}/given-up-${ended.name}.json`);
    const Cause = expect.any(String) as string;
    expect(given).toEqual({ ...(hasRun ? { run: runOf(ended) } : {}), error: { Error: error, Cause } });
  });

  it('fails by name on an answer that it does not know', async () => {
    expect(await stage.run('new-version')).toMatchObject({ status: 'FAILED', error: 'Holdfast.Misunderstood' });
  });

  it('waits out a Lambda that refuses to start functions', async () => {
    const functionName = 'AuditDashshardLambdaFunction';
    stage.cloud.faults.plant({ kind: 'throttle', service: 'lambda', operation: 'Invoke', functionName, times: 12 });
    const ended = await stage.run('throttled');
    expect(JSON.parse(ended.output ?? '')).toMatchObject({ complete: true });
    expect(await triesOf('throttled', runOf(ended))).toEqual({ 0: 1, 1: 1, 2: 1, 3: 1, 4: 1 });
  });
});

describe('executions', () => {
  it('are started by the schedule of each audit, in its time zone', async () => {
    const { body } = await stage.ask('ListExecutions', { stateMachineArn: stage.machineArn, maxResults: 1000 });
    const before = (body as { executions: readonly object[] }).executions.length;
    await stage.cloud.clock.advance(7 * DAY_MS);
    await stage.cloud.idle();
    const status = (await (await fetch(`${stage.cloud.url}/_holdfast/status`)).json()) as {
      schedules: readonly { expression: string; fired: number }[];
      executions: readonly { input: string }[];
    };
    expect(status.schedules.map(({ expression, fired }) => [expression, fired])).toEqual([
      ['rate(7 days)', 1],
      ['cron(30 3 ? * SUN *)', 1],
    ]);
    const started = status.executions.slice(0, status.executions.length - before).map(({ input }) => input);
    expect(started.toSorted()).toEqual(['{"audit":"all-of-it"}', '{"audit":"weekly"}']);
  });

  it('are started once by one name, and listed with the newest first', async () => {
    const start = (input: string) =>
      stage.ask('StartExecution', { stateMachineArn: stage.machineArn, name: 'by-hand', input });
    const first = await start('{"audit":"slow"}'); // which pauses before its second round, so that it still runs
    expect((await start('{"audit":"slow"}')).body).toEqual(first.body);
    expect(await start('{"audit":"plain"}')).toMatchObject({ status: 400, body: { __type: 'ExecutionAlreadyExists' } });
    const listed = await stage.ask('ListExecutions', { stateMachineArn: stage.machineArn, maxResults: 1 });
    expect(listed.body).toMatchObject({ executions: [{ name: 'by-hand' }] });
  });

  it.each([
    ['StartExecution', { input: 'no JSON' }, 'InvalidExecutionInput'],
    ['StartExecution', { name: 'a b' }, 'InvalidName'],
    ['StartExecution', { stateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:x' }, 'StateMachineDoesNotExist'],
    ['StartExecution', { traceHeader: 'x' }, 'NotImplemented'],
    ['ListExecutions', { stateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:x' }, 'StateMachineDoesNotExist'],
    ['DescribeStateMachine', {}, 'NotImplemented'],
  ])('%s with %j is refused as %s', async (operation, input, name) => {
    const { body } = await stage.ask(operation, { stateMachineArn: stage.machineArn, ...input });
    expect(body).toMatchObject({ __type: name });
  });

  it('that are not there are told so', async () => {
    const executionArn = `${stage.machineArn.replace(':stateMachine:', ':execution:')}:none`;
    const { body } = await stage.ask('DescribeExecution', { executionArn });
    expect(body).toMatchObject({ __type: 'ExecutionDoesNotExist' });
  });

  it('are started and seen only by whoever may', async () => {
    const credentials = await assume(stage.cloud, { name: 'stranger', statements: [] });
    for (const operation of ['StartExecution', 'ListExecutions']) {
      const { status, body } = await signedJson(stage.cloud, {
        service: 'states',
        target: `AWSStepFunctions.${operation}`,
        region: REGION,
        input: { stateMachineArn: stage.machineArn },
        credentials,
      });
      expect([status, body]).toMatchObject([400, { __type: 'AccessDeniedException' }]);
    }
  });
});
