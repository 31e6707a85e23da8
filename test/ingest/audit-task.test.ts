import { expect, it } from 'vitest';
import { parseAuditTask } from '../../src/ingest/audit-task.ts';

it.each([
  ['the first step', { audit: 'weekly', execution: 'e', startedAt: '2026-11-21T15:07:00.123Z' }],
  ['a shard', { audit: 'weekly', run: 'r', shard: 0 }],
  ['a report', { audit: 'weekly', run: 'r', round: 2 }],
  ['only a name', { audit: 'weekly' }],
])('reads the input of %s, and ignores the rest', (_, input) => {
  const { startedAt, ...rest } = { startedAt: undefined, ...input };
  const time = startedAt === undefined ? {} : { startedAt: new Date(startedAt) };
  expect(parseAuditTask({ ...input, other: { thing: 1 } })).toEqual({ ...rest, ...time });
});

it.each([
  ['a text', 'broken', 'broken'],
  [
    'what the states language catches',
    { Error: 'Lambda.Unknown', Cause: 'out of memory' },
    'Lambda.Unknown: out of memory',
  ],
  ['a name alone', { Error: 'States.Timeout' }, 'States.Timeout'],
  ['something else', { code: 1 }, '{"code":1}'],
  ['a list', ['x'], '["x"]'],
  ['a long text', 'x'.repeat(5_000), 'x'.repeat(1_000)],
])('reads an error that is %s', (_, error, text) => {
  expect(parseAuditTask({ audit: 'weekly', error }).error).toBe(text);
});

it.each([
  ['a time that is none', { startedAt: 'soon' }],
  ['members of other types', { run: 1, shard: '1', round: '1', execution: 1, startedAt: 1 }],
])('ignores %s', (_, members) => {
  expect(parseAuditTask({ audit: 'weekly', ...members })).toEqual({ audit: 'weekly' });
});

it.each([[undefined], [null], ['weekly'], [[]], [{}], [{ audit: 1 }]])('refuses %j', (event) => {
  expect(() => parseAuditTask(event)).toThrow('expected the name of an audit in the input of the step');
});
