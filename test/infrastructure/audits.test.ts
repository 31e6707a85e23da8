import { readFile } from 'node:fs/promises';
import aslValidator from 'asl-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { tailor } from '../../scripts/tailor.ts';
import { parseConfig } from '../../src/config-schema.ts';
import { parseDefinition } from '../../src/sandbox/step-functions/parse-definition.ts';
import { readService, resolveTemplate, type Service } from './resolved.ts';
import {
  ofType,
  propertiesOf,
  type Resource,
  resourceStatements,
  type Statement,
  statementsOf,
  type Template,
  toList,
  toText,
  toTexts,
} from './template.ts';

const CONFIG = 'test/infrastructure/audits.yml';
const HOME = 'us-east-1';
const AWAY = 'eu-west-1';
const ROLES = ['AuditPlanRole', 'AuditShardRole', 'AuditReportRole', 'AuditMachineRole', 'AuditSchedulerRole'];

let home: Template;
let away: Template;
let service: Service;
let text: string;

beforeAll(async () => {
  home = await resolveTemplate(CONFIG, HOME);
  away = await resolveTemplate(CONFIG, AWAY);
  service = await readService(CONFIG, HOME);
  text = await readFile(CONFIG, 'utf8');
});

const statement = (role: string, sid: string): Statement | undefined =>
  statementsOf(propertiesOf(home, role)).find(({ Sid }) => Sid === sid);

const bucket = (): Resource => {
  const found = home.get('ReportsBucket');
  if (found === undefined) throw new Error('there is no bucket for reports');
  return found;
};

interface Rule {
  readonly Id: string;
  readonly Prefix: string;
  readonly ExpirationInDays?: number;
}

const rulesOf = ({ Properties }: Resource): readonly Rule[] =>
  (Properties['LifecycleConfiguration'] as { readonly Rules: readonly Rule[] }).Rules;

describe('audits by the clock', () => {
  it('are made where the source of an audited pair is, and nowhere else', () => {
    const ofAudits = (template: Template): readonly string[] =>
      [...template.keys()].filter((id) => /Audit|Reports/.test(id));
    expect(ofAudits(home).length).toBeGreaterThan(10);
    expect(ofAudits(away)).toEqual([]);
    const functions = async (region: string): Promise<readonly string[]> =>
      Object.keys((await readService(CONFIG, region)).functions).filter((name) => name.startsWith('audit-'));
    return expect(Promise.all([HOME, AWAY].map(functions))).resolves.toEqual([
      ['audit-plan', 'audit-shard', 'audit-report'],
      [],
    ]);
  });

  it('leave no trace in stacks whose pairs are not audited', async () => {
    const { audits: _, ...unaudited } = parseConfig(text);
    const tailored = tailor(await readFile('serverless.yml', 'utf8'), HOME, unaudited);
    expect(tailored).not.toMatch(/REPORTS_BUCKET|dist\/audit-/);
  });

  it.each([
    ['WeeklyAuditSchedule', 'rate(7 days)', 'UTC', 'weekly'],
    ['AllDashofDashitAuditSchedule', 'cron(30 3 ? * SUN *)', 'Europe/Berlin', 'all-of-it'],
  ])('%s starts the machine at %s in %s', (id, expression, zone, audit) => {
    const { Target, ...schedule } = propertiesOf(home, id) as { Target: Readonly<Record<string, unknown>> };
    expect(schedule).toMatchObject({ ScheduleExpression: expression, ScheduleExpressionTimezone: zone });
    expect(schedule).toMatchObject({ GroupName: { Ref: 'ScheduleGroup' } });
    expect(Target).toMatchObject({ Arn: { Ref: 'AuditMachine' }, Input: JSON.stringify({ audit }) });
    expect(toText(Target['RoleArn'])).toBe('<AuditSchedulerRole.Arn>');
  });

  it('run in functions that have time, and know where reports go', () => {
    for (const name of ['audit-plan', 'audit-shard', 'audit-report'])
      expect(service.functions[name]).toMatchObject({
        timeout: 900,
        environment: { HOLDFAST_CONFIG: `dist/${name}/holdfast.json`, REPORTS_BUCKET: { Ref: 'ReportsBucket' } },
      });
  });
});

describe('the state machine', () => {
  const definition = (): string => String(propertiesOf(home, 'AuditMachine')['DefinitionString']);

  /** As CloudFormation puts it together. */
  function substituted(): unknown {
    const values = propertiesOf(home, 'AuditMachine')['DefinitionSubstitutions'] as Readonly<Record<string, unknown>>;
    const ready = definition().replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      if (name === 'Partition') return 'aws';
      return `arn:aws:lambda:us-east-1:111122223333:function:${toText(values[name])}`.replaceAll(/[<>.]/g, '');
    });
    return JSON.parse(ready);
  }

  it('is valid in the states language, as somebody else’s validator reads it', () => {
    const { isValid, errors } = aslValidator(substituted());
    expect([isValid, errors]).toEqual([true, []]);
    const broken = JSON.parse(JSON.stringify(substituted()).replaceAll('"IsFinished"', '"Elsewhere"')) as object;
    const other = aslValidator({ ...broken, StartAt: 'Nowhere' });
    expect(other.isValid).toBe(false);
  });

  it('is all that the sandbox runs', () => {
    expect([...parseDefinition(substituted()).states.keys()]).toContain('Shards');
  });

  it('gets a value for everything that is left open in its definition, and no other', () => {
    const values = Object.keys(propertiesOf(home, 'AuditMachine')['DefinitionSubstitutions'] as object);
    const open = [...definition().matchAll(/\$\{(\w+)\}/g)].map(([, name]) => String(name));
    expect(values.toSorted()).toEqual([...new Set(open)].toSorted());
  });

  it('tries every function again when Lambda fails, and knows what to do when that does not help', () => {
    const { states } = parseDefinition(substituted());
    const shards = states.get('Shards');
    const within = shards?.kind === 'Map' ? [...shards.processor.states.values()] : [];
    const tasks = [...states.values(), ...within].filter((state) => state.kind === 'Task');
    expect(tasks).toHaveLength(5);
    for (const { retry } of tasks)
      expect(retry.map(({ errors, isJittered }) => [errors.at(-1), isJittered])).toContainEqual([
        'States.TaskFailed',
        true,
      ]);
    const caught = [...states].filter(([, state]) => 'catch' in state && state.catch.length > 0).map(([name]) => name);
    expect(caught).toEqual(['Plan', 'Shards', 'Report', 'GiveUpPlan', 'GiveUpRun']);
  });

  it('does not end because shards fail, and makes no more at once than it is told', () => {
    const shards = parseDefinition(substituted()).states.get('Shards');
    expect(shards).toMatchObject({
      mode: 'DISTRIBUTED',
      toleratedFailurePercentage: 100,
      maxConcurrency: '$.answer.Payload.concurrency',
      resultPath: null,
    });
  });
});

describe('the bucket for reports', () => {
  it('is kept with the stack, with every version, and can lock what is evidence', () => {
    expect(bucket()).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { ObjectLockEnabled: true, VersioningConfiguration: { Status: 'Enabled' } },
    });
    expect(toText(bucket().Properties['BucketName'])).toBe('holdfast-test-reports-${AWS::AccountId}-us-east-1');
  });

  it('is private, encrypted without KMS, and reached over TLS alone', () => {
    expect(bucket().Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    const statements = resourceStatements(home, 'ReportsBucketPolicy');
    expect(statements).toMatchObject([
      { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
    expect(toTexts(statements[0]?.Resource)).toEqual(['<ReportsBucket.Arn>', '${ReportsBucket.Arn}/*']);
  });

  it('forgets the reports of each audit when its time is over', () => {
    expect(rulesOf(bucket()).map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays])).toEqual([
      ['audits/weekly/', 400],
      ['audits/all-of-it/', 1000],
      ['', undefined],
    ]);
  });

  it('has a name that S3 takes, or packaging refuses the stage', async () => {
    await expect(resolveTemplate(CONFIG, HOME, 'x'.repeat(24))).rejects.toThrow('characters, and S3 takes 63');
  });
});

describe('the roles of audits', () => {
  it('name every action, and are assumed by one service each, for this account', () => {
    const actions = ROLES.flatMap((role) =>
      statementsOf(propertiesOf(home, role)).flatMap(({ Action }) => toList(Action)),
    );
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    const trusts = ROLES.map((role) => {
      const trust = propertiesOf(home, role)['AssumeRolePolicyDocument'] as { Statement: readonly Statement[] };
      const [{ Principal, Condition = {} } = { Principal: undefined }] = trust.Statement;
      return [(Principal as { Service: string }).Service, Object.keys(Condition)];
    });
    expect(trusts).toEqual([
      ['lambda.amazonaws.com', []],
      ['lambda.amazonaws.com', []],
      ['lambda.amazonaws.com', []],
      ['states.amazonaws.com', ['StringEquals', 'ArnLike']],
      ['scheduler.amazonaws.com', ['StringEquals']],
    ]);
  });

  it('write into the bucket for reports and into no other', () => {
    const written = ROLES.flatMap((role) =>
      statementsOf(propertiesOf(home, role))
        .filter(({ Action }) => toList(Action).some((action) => /^s3:(?!Get|List)/.test(action)))
        .flatMap(({ Resource: resource }) => toTexts(resource)),
    );
    expect([...new Set(written)].toSorted()).toEqual([
      '${ReportsBucket.Arn}/audits/*',
      '${ReportsBucket.Arn}/audits/*/map/*',
    ]);
  });

  it('delete nothing', () => {
    const actions = ROLES.flatMap((role) =>
      statementsOf(propertiesOf(home, role)).flatMap(({ Action }) => toList(Action)),
    );
    expect(actions.filter((action) => /^s3:.*(?:Delete|Bypass)/.test(action))).toEqual([]);
  });

  it.each(['AuditShardRole', 'AuditReportRole'])('%s looks at both ends of the audited pairs', (role) => {
    const buckets = ['orders-use1', 'orders-euw1', 'invoices-use1', 'invoices-euw1'];
    const arns = buckets.map((name) => `arn:\${AWS::Partition}:s3:::${name}`);
    expect(toTexts(statement(role, 'TellAbsentFromDenied')?.Resource)).toEqual(arns);
    expect(toTexts(statement(role, 'ReadVersions')?.Resource)).toEqual(arns.map((arn) => `${arn}/*`));
  });

  it('use the keys of both ends, each through S3 in its Region and for the buckets that have one', () => {
    const keys = statement('AuditShardRole', 'KeysThroughS3');
    expect(toTexts(keys?.Resource).map((arn) => arn.split(':')[3])).toEqual([HOME, AWAY]);
    expect(toTexts(keys?.Condition?.['StringEquals']?.['kms:ViaService'])).toEqual([
      's3.us-east-1.${AWS::URLSuffix}',
      's3.eu-west-1.${AWS::URLSuffix}',
    ]);
    expect(toTexts(keys?.Condition?.['StringLike']?.['kms:EncryptionContext:aws:s3:arn']).join()).not.toContain(
      'invoices',
    );
  });

  it('of the machine and of its schedules start what is theirs, and nothing else', () => {
    const machine = 'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:holdfast-test-audit';
    expect(toTexts(statement('AuditMachineRole', 'StartShards')?.Resource)).toEqual([machine]);
    expect(toTexts(statement('AuditMachineRole', 'StartWorkers')?.Resource)).toEqual([
      '<AuditDashplanLambdaFunction.Arn>',
      '<AuditDashshardLambdaFunction.Arn>',
      '<AuditDashreportLambdaFunction.Arn>',
    ]);
    expect(statementsOf(propertiesOf(home, 'AuditSchedulerRole'))).toEqual([
      { Sid: 'StartAudits', Effect: 'Allow', Action: 'states:StartExecution', Resource: { Ref: 'AuditMachine' } },
    ]);
    expect(ofType(home, 'AWS::StepFunctions::StateMachine').map(([, p]) => p['StateMachineName'])).toEqual([
      'holdfast-test-audit',
    ]);
  });
});
