import { describe, expect, it } from 'vitest';
import { parseTemplate, planRegion, renderPlan, type Template } from '../../scripts/deployment/plan.ts';

const QUEUE = { Type: 'AWS::SQS::Queue', Properties: { A: 1, B: { C: 2 } } };
const LEDGER = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'holdfast-s-ledger' } };
const REPORTS_NAME = 'holdfast-s-reports-111122223333-eu-west-1';
const REPORTS = {
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName: { 'Fn::Sub': 'holdfast-s-reports-${AWS::AccountId}-eu-west-1' } },
};
const WORK = { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'today' }, MemorySize: 512 } };

function plan(packaged: Template['Resources'], deployed?: Template['Resources'], kept: readonly string[] = []) {
  return planRegion({
    region: 'eu-west-1',
    stack: 'holdfast-s',
    packaged: { Resources: packaged },
    ...(deployed === undefined ? {} : { deployed: { Resources: deployed } }),
    tables: kept,
    buckets: kept,
  });
}

describe('the plan of a Region', () => {
  it('of a stack that is not there is all of it, by type', () => {
    const found = plan({ QUEUE, OTHER: QUEUE, WORK });
    expect(found).toMatchObject({ state: 'new', added: ['QUEUE', 'OTHER', 'WORK'], changed: [], removed: [] });
    expect(renderPlan(found)).toEqual([
      'eu-west-1  stack holdfast-s: new; 3 resources, 1 of them functions',
      '    2 SQS Queue, 1 Lambda Function',
    ]);
  });

  it.each([
    ['nothing where only code differs', { WORK }, { WORK: { ...WORK, Properties: { ...WORK.Properties, Code: {} } } }],
    ['nothing where only the order differs', { QUEUE }, { QUEUE: { ...QUEUE, Properties: { B: { C: 2 }, A: 1 } } }],
  ])('changes %s', (_, packaged, deployed) => {
    const found = plan(packaged, deployed);
    expect(found).toMatchObject({ state: 'unchanged', added: [], changed: [], removed: [] });
    expect(renderPlan(found)).toHaveLength(1);
  });

  it('names what is added, changed and removed', () => {
    const found = plan({ QUEUE, WORK }, { QUEUE: { ...QUEUE, Properties: { A: 2 } }, OLD: QUEUE });
    expect(found).toMatchObject({ state: 'changed', added: ['WORK'], changed: ['QUEUE'], removed: ['OLD'] });
    expect(renderPlan(found).slice(1)).toEqual(['    + WORK', '    ~ QUEUE', '    - OLD']);
  });

  it.each([
    ['tables of an earlier stack are in the way of a new one', undefined, ['holdfast-s-ledger'], ['holdfast-s-ledger']],
    ['those of the stack itself are not', { LEDGER }, ['holdfast-s-ledger'], []],
    ['those of others are not', undefined, ['holdfast-t-ledger'], []],
    ['neither is a bucket of reports of others', undefined, ['holdfast-t-reports-111122223333-eu-west-1'], []],
    ['one of its own is', undefined, ['holdfast-s-reports-111122223333-eu-west-1'], [REPORTS_NAME]],
    ['one that it stands on already is not', { REPORTS }, [REPORTS_NAME], []],
  ])('%s', (_, deployed, tables, expected) => {
    expect(plan({ LEDGER, REPORTS }, deployed, tables).inTheWay).toEqual(expected);
  });
});

describe('a template', () => {
  it.each(['[]', '3', 'null', '{"Resources":1}', '{"Resources":null}'])('is not %s', (text) => {
    expect(() => parseTemplate(text)).toThrow(/expected a CloudFormation template/);
  });
});
