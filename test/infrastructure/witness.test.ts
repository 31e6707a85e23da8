import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tailor } from '../../scripts/tailor.ts';
import { parseConfig } from '../../src/config-schema.ts';
import { bucketRegions, observerRegions, stackRegions } from '../../src/model/config.ts';
import { packaged } from './packaged.ts';
import { ofType, propertiesOf, readTemplate, statementsOf, type Template, toList } from './template.ts';

const CONFIG = 'test/infrastructure/witness.yml';
const HOME = 'us-east-1';
const AWAY = 'eu-west-1';
const WITNESS = 'eu-central-1';

let home: Template;
let witness: Template;
let text: string;

beforeAll(async () => {
  const folder = await packaged(CONFIG);
  [home, witness] = (await Promise.all([HOME, WITNESS].map(async (region) => readTemplate(folder, region)))) as [
    Template,
    Template,
  ];
  text = await readFile(CONFIG, 'utf8');
}, 120_000);

const functionsOf = (template: Template): readonly string[] =>
  ofType(template, 'AWS::Lambda::Function')
    .map(([, { FunctionName: name }]) => String(name).replace('holdfast-test-', ''))
    .toSorted();

const namesOf = (region: string, config: Parameters<typeof tailor>[2]): readonly string[] => {
  const serverless =
    'provider: { environment: { LOOKS_QUEUE_URL: a } }\nfunctions:\n  on-look: {}\n  watch-config: {}\n  send-alerts: {}\n  probe: {}\n  steer: {}\n';
  return Object.keys((parse(tailor(serverless, region, config)) as { readonly functions: object }).functions);
};

describe('a Region without buckets', () => {
  it('observes, decides and tells, and does nothing else', () => {
    expect(functionsOf(witness)).toEqual(['probe', 'send-alerts', 'steer']);
    expect(ofType(witness, 'AWS::SQS::Queue')).toEqual([]);
    const tables = ofType(witness, 'AWS::DynamoDB::Table').map(([, { TableName: name }]) => name);
    expect(tables).toEqual(['holdfast-test-ledger', 'holdfast-test-steering']);
    const schedules = ofType(witness, 'AWS::Scheduler::Schedule').map(([id]) => id);
    expect(schedules.toSorted()).toEqual(['ProbeSchedule', 'SendAlertsSchedule', 'SteerSchedule']);
  });

  it('is told by alarms when its functions are silent, fail or are slow, and of no lane', () => {
    const alarms = ofType(witness, 'AWS::CloudWatch::Alarm').map(([id]) => id);
    for (const id of ['Probe', 'Steer', 'SendDashalerts'])
      expect(alarms).toEqual(
        expect.arrayContaining([`${id}LambdaFunctionSilenceAlarm`, `${id}LambdaFunctionErrorsAlarm`]),
      );
    expect(alarms.filter((id) => /Queue|Lag|Poison|Kms/.test(id))).toEqual([]);
    expect(JSON.stringify(ofType(witness, 'AWS::CloudWatch::Dashboard'))).not.toMatch(/LooksQueue|PendingVersions/);
  });

  it('refers to nothing that it does not have', () => {
    const names = new Set([
      ...Object.keys(witness),
      'AWS::Region',
      'AWS::AccountId',
      'AWS::Partition',
      'AWS::URLSuffix',
    ]);
    const refs = [...JSON.stringify(witness).matchAll(/"Ref":"([\w:]+)"|"Fn::GetAtt":\["(\w+)"|\$\{([\w:]+)[.}]/g)];
    expect(
      refs.map(([, ref, attribute, inText]) => ref ?? attribute ?? inText).filter((name) => !names.has(name ?? '')),
    ).toEqual([]);
  });
});

describe('a Region with buckets of an access point', () => {
  it('has every function', () => {
    expect(functionsOf(home)).toEqual([
      'on-look',
      'on-object-event',
      'on-peer',
      'on-read',
      'probe',
      'send-alerts',
      'steer',
      'watch-config',
      'watch-events',
      'watch-pressure',
    ]);
    expect(ofType(home, 'AWS::DynamoDB::Table')).toHaveLength(1);
  });

  it('lets the controller change routes where the configuration wants it, and nobody else', () => {
    for (const template of [home, witness]) {
      const changing = ofType(template, 'AWS::IAM::Role').filter(([, role]) =>
        statementsOf(role).some(({ Action }) => toList(Action).some((action) => action.startsWith('s3:SubmitMulti'))),
      );
      expect(changing.map(([id]) => id)).toEqual(['SteerRole']);
    }
    const probing = statementsOf(propertiesOf(home, 'ProbeRole')).flatMap(({ Action }) => toList(Action));
    expect(probing.toSorted()).toEqual([
      'dynamodb:PutItem',
      'kms:Decrypt',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
    ]);
  });
});

describe('which Regions have a stack', () => {
  it('are those with a bucket, those that observe, and the one with the steering ledger', () => {
    const config = parseConfig(text);
    expect(config.steeringRegion).toBe(WITNESS);
    expect(stackRegions(config)).toEqual([WITNESS, AWAY, HOME].toSorted());
    expect(bucketRegions(config)).toEqual([HOME, AWAY]);
    expect(observerRegions(config)).toEqual([HOME, AWAY, WITNESS]);
    expect(namesOf(HOME, config)).toEqual(['on-look', 'watch-config', 'send-alerts', 'probe', 'steer']);
    expect(namesOf(WITNESS, config)).toEqual(['send-alerts', 'probe', 'steer']);
  });

  it('is the witness too where nobody observes yet, for the sake of the ledger', () => {
    const off = parseConfig(text.replace('mode: automatic', 'mode: "off"'));
    expect(observerRegions(off)).toEqual([]);
    expect(stackRegions(off)).toEqual([WITNESS, AWAY, HOME].toSorted());
    expect(namesOf(HOME, off)).toEqual(['on-look', 'watch-config', 'send-alerts']);
    expect(namesOf(WITNESS, off)).toEqual(['send-alerts']);
  });

  it('is none without a bucket', () => {
    expect(stackRegions({ pairs: [], mraps: [] })).toEqual([]);
  });
});

it('tailoring refuses what is no serverless.yml', () => {
  expect(() => tailor('service: x', HOME, parseConfig(text))).toThrow('expected serverless.yml to list functions');
});
