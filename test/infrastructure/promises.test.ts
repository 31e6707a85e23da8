import { beforeAll, describe, expect, it } from 'vitest';
import { readService, resolveTemplate, type Service } from './resolved.ts';
import {
  idOfArn,
  ofType,
  type Resource,
  resourceStatements,
  type Statement,
  type Template,
  toText,
  toTexts,
} from './template.ts';

const CONFIG = 'test/infrastructure/two-regions.yml';
const FOURTEEN_DAYS_S = 14 * 24 * 3600;

let service: Service;
let templates: readonly Template[];

beforeAll(async () => {
  service = await readService('test/infrastructure/two-regions.yml', 'us-east-1');
  templates = await Promise.all(['us-east-1', 'eu-west-1'].map((region) => resolveTemplate(CONFIG, region)));
});

type Named = readonly [id: string, properties: Resource['Properties']];

const all = (type: string): readonly Named[] => templates.flatMap((template) => ofType(template, type));

const queues = (): readonly Named[] => all('AWS::SQS::Queue');

/** Those that functions are fed by, and those that take what the others gave up. */
const lanes = (): readonly Named[] => queues().filter(([, { RedrivePolicy }]) => RedrivePolicy !== undefined);
const ends = (): readonly Named[] => queues().filter(([, { RedrivePolicy }]) => RedrivePolicy === undefined);

/** Statements by which somebody else may use what is ours: policies of resources, and trust in roles. */
function openings(template: Template): readonly (readonly [string, Statement])[] {
  const policies = [...ofType(template, 'AWS::SQS::QueuePolicy'), ...ofType(template, 'AWS::SNS::TopicPolicy')];
  const trusts = ofType(template, 'AWS::IAM::Role').flatMap(([id, { AssumeRolePolicyDocument }]) =>
    (AssumeRolePolicyDocument as { Statement: readonly Statement[] }).Statement.map((each) => [id, each] as const),
  );
  return [
    ...policies.flatMap(([id]) => resourceStatements(template, id).map((each) => [id, each] as const)),
    ...trusts,
  ];
}

/** Whether a service can be made to act for another account: most ARNs name the account, those of buckets do not. */
function isDeceivable({ Condition = {} }: Statement): boolean {
  const asked = Object.entries(Condition).flatMap(([operator, keys]) =>
    /^(?:Arn|String)/.test(operator) ? [keys] : [],
  );
  const account = asked.some((keys) => keys['aws:SourceAccount'] !== undefined);
  const arns = asked.flatMap((keys) => (keys['aws:SourceArn'] === undefined ? [] : toTexts(keys['aws:SourceArn'])));
  return !account && !(arns.length > 0 && arns.every((arn) => arn.includes('${AWS::AccountId}')));
}

const serviceOf = ({ Principal }: Statement): string | undefined =>
  (Principal as { readonly Service?: string } | undefined)?.Service;

describe('nobody else', () => {
  it('is let in by a service that acts for somebody: each statement names the account', () => {
    // Lambda assumes the role of a function for nobody but who may pass that role.
    const services = templates
      .flatMap(openings)
      .filter(([, each]) => each.Effect === 'Allow' && serviceOf(each) !== undefined)
      .filter(([, each]) => serviceOf(each) !== 'lambda.amazonaws.com');
    expect(new Set(services.map(([, each]) => serviceOf(each))).size).toBeGreaterThanOrEqual(3);
    expect(services.filter(([, each]) => isDeceivable(each)).map(([id]) => id)).toEqual([]);
  });

  it('is let in by name of no account at all', () => {
    const open = templates
      .flatMap(openings)
      .filter(([, { Effect, Principal }]) => Effect === 'Allow' && Principal === '*');
    expect(open).toEqual([]);
  });

  it('reads along: whatever comes to a queue or the topic without TLS is refused', () => {
    for (const template of templates) {
      const refusing = [
        ...ofType(template, 'AWS::SQS::QueuePolicy'),
        ...ofType(template, 'AWS::SNS::TopicPolicy'),
      ].filter(([id]) =>
        resourceStatements(template, id).some(
          ({ Effect, Principal, Condition }) =>
            Effect === 'Deny' && Principal === '*' && Condition?.['Bool']?.['aws:SecureTransport'] === 'false',
        ),
      );
      const covered = refusing.flatMap(([, { Queues, Topics }]) => toTexts(Queues ?? Topics));
      const expected = [...ofType(template, 'AWS::SQS::Queue'), ...ofType(template, 'AWS::SNS::Topic')];
      expect(covered.toSorted()).toEqual(expected.map(([id]) => `<${id}>`).toSorted());
    }
  });
});

describe('what is kept', () => {
  it('in queues is encrypted by SQS, and not by a key that can be throttled or taken away', () => {
    expect(queues().length).toBeGreaterThan(15);
    for (const [id, { SqsManagedSseEnabled, KmsMasterKeyId }] of queues())
      expect([id, SqsManagedSseEnabled, KmsMasterKeyId]).toEqual([id, true, undefined]);
  });

  it('in queues is kept for fourteen days, as long as SQS can', () => {
    for (const [id, { MessageRetentionPeriod }] of queues())
      expect([id, MessageRetentionPeriod]).toEqual([id, FOURTEEN_DAYS_S]);
  });

  it('in tables survives mistakes and the stack, and is forgotten by itself', () => {
    const tables = templates.flatMap((template) =>
      [...template].filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table'),
    );
    expect(tables.map(([id]) => id).toSorted()).toEqual(['Ledger', 'Ledger', 'SteeringLedger']);
    for (const [, table] of tables)
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          TimeToLiveSpecification: { Enabled: true },
          SSESpecification: expect.anything(),
        },
      });
  });

  it('says of everything that holds something what becomes of it with the stack', () => {
    const silent = templates.flatMap((template) =>
      [...template].filter(
        ([, { Type, DeletionPolicy }]) => /Queue$|Table$/.test(Type) && DeletionPolicy === undefined,
      ),
    );
    expect(silent.map(([id]) => id)).toEqual([]);
  });

  it('in logs is kept for a while, and not for ever', () => {
    const days = Number(service.provider['logRetentionInDays']);
    expect([days >= 14, days <= 90]).toEqual([true, true]);
  });
});

describe('each lane', () => {
  it('gives up into a queue of its own, after some attempts', () => {
    expect(lanes().length).toBe(ends().length - templates.length); // the poison queue takes nothing from a lane
    for (const [id, { RedrivePolicy }] of lanes()) {
      const { deadLetterTargetArn, maxReceiveCount } = RedrivePolicy as Record<string, unknown>;
      expect([idOfArn(deadLetterTargetArn), Number(maxReceiveCount) >= 3]).toEqual([
        id.replace('Queue', 'DeadLetterQueue'),
        true,
      ]);
    }
  });

  it('has a bound on how many functions work at it, and reports failures one by one', () => {
    const fed = Object.entries(service.functions).flatMap(([name, { events = [] }]) =>
      events.flatMap(({ sqs }) => (sqs === undefined ? [] : [[name, sqs] as const])),
    );
    expect(fed).toHaveLength(lanes().length / templates.length);
    for (const [name, { maximumConcurrency, functionResponseType }] of fed) {
      const option = /^\$\{self:custom\.(\w+)\}$/.exec(String(maximumConcurrency))?.[1];
      const bound = Number(option === undefined ? maximumConcurrency : service.custom[option]);
      expect([name, bound >= 2 && bound <= 1000, functionResponseType]).toEqual([
        name,
        true,
        'ReportBatchItemFailures',
      ]);
    }
  });
});

describe('each function', () => {
  it('has a role that no other has, and that is in the template', () => {
    const roles = Object.entries(service.functions).map(([name, { role }]) => [name, toText(role)] as const);
    for (const [name, role] of roles) {
      const id = /^\$\{(\w+)\.Arn\}$/.exec(role)?.[1] ?? '';
      expect(templates.every((template) => template.get(id)?.Type === 'AWS::IAM::Role')).toBe(true);
      const { RoleName } = templates[0]?.get(id)?.Properties ?? {};
      expect(toText(RoleName)).toBe(`holdfast-test-${name}-\${AWS::Region}`);
    }
    expect(new Set(roles.map(([, role]) => role)).size).toBe(roles.length);
  });
});
