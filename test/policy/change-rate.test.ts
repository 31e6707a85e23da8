import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import { massChange } from '../../src/policy/change-rate.ts';
import { anEvent } from '../support/facts.ts';
import { aLink } from '../support/pairs.ts';

const change: Change = {
  kind: 'delete',
  bucket: 'photos',
  region: 'eu-west-1',
  prefix: "it's a/",
  window: new Date('2026-11-01T12:00:00Z'),
  count: 1,
  event: anEvent({ principal: 'AWS:AROA:me' }),
};

describe('massChange', () => {
  it.each([
    ['says nothing of few', 99, [], false],
    ['finds a hundred where none is usual', 100, [], true],
    ['says nothing of what is usual', 900, [100, 20], false],
    ['finds ten times the usual', 1_000, [100, 20], true],
  ])('%s', (_title, sum, others, found) => {
    expect(massChange({ change, sum, others }, []) !== undefined).toBe(found);
  });

  it('says where, how many, what is usual and who did it', () => {
    expect(massChange({ change, sum: 128, others: [3] }, [])).toMatchObject({
      verdict: 'violated',
      code: 'mass-delete',
      subject: { kind: 'prefix', bucket: 'photos', region: 'eu-west-1', prefix: "it's a/" },
      evidence: { count: 128, usual: 3, hour: '2026-11-01T12:00Z', principal: 'AWS:AROA:me' },
    });
  });

  it('speaks of the bucket where no prefix stands out, and of overwrites', () => {
    const { prefix: _, ...whole } = change;
    const finding = massChange({ change: { ...whole, kind: 'overwrite', event: anEvent() }, sum: 512, others: [] }, []);
    expect(finding).toMatchObject({ code: 'mass-overwrite', subject: { kind: 'bucket', bucket: 'photos' } });
    expect(finding?.evidence).not.toHaveProperty('principal');
    expect(finding?.remedy?.commands[0]).not.toContain('--prefix');
    const atTop = massChange({ change: { ...change, prefix: '' }, sum: 512, others: [] }, []);
    expect(atTop?.remedy?.commands[0]).not.toContain('--prefix');
  });
});

/** Operators have it; a fresh machine may not. */
const withoutJq = spawnSync('jq', ['--version']).status !== 0;

describe('the remedy of a mass change', () => {
  const commandsOf = (kind: Change['kind'], linked: boolean): readonly string[] =>
    massChange({ change: { ...change, kind }, sum: 128, others: [] }, linked ? [aLink()] : [])?.remedy?.commands ?? [];

  /** What jq makes of a listing, with the command that an operator would copy. */
  function scriptOf(command: string, listing: unknown): readonly string[] {
    const [, filter = ''] = /^jq -r (.*) \w+\.json > restore\.sh$/s.exec(command) ?? [];
    const program = execFileSync('bash', ['-c', `printf %s ${filter}`], { encoding: 'utf8' });
    const output = execFileSync('jq', ['-r', program], { input: JSON.stringify(listing), encoding: 'utf8' });
    return output.split('\n').filter((line) => line !== '');
  }

  it('removes the delete markers of the window, and copies removed versions back from a replica', () => {
    const commands = commandsOf('delete', true);
    expect(commands).toHaveLength(4);
    expect(commands[0]).toContain('LastModified >= `"2026-11-01T12:00:00.000Z"`');
    expect(commands[3]).toContain('--source-region us-east-1 --region eu-west-1');
    expect(commands[3]).toContain('s3://photos-copy/');
    expect(commandsOf('delete', false)).toHaveLength(3);
  });

  it.skipIf(withoutJq)('quotes every key for the shell', () => {
    const [, script = ''] = commandsOf('delete', false);
    expect(scriptOf(script, [["it's a/b c", 'v1']])).toEqual([
      String.raw`aws s3api delete-object --bucket photos --region eu-west-1 --key='it'\''s a/b c' --version-id='v1'`,
    ]);
  });

  it.skipIf(withoutJq)('makes the latest version of before current again, where there was one', () => {
    const [, script = ''] = commandsOf('overwrite', false);
    const listing = [
      ['a b', 'v3', '2026-11-01T12:01:00+00:00'],
      ['a b', 'v2', '2026-10-02T00:00:00+00:00'],
      ['a b', 'v1', '2026-10-01T00:00:00+00:00'],
      ['new', 'v1', '2026-11-01T12:01:00+00:00'],
      ['old', 'v1', '2026-10-01T00:00:00+00:00'],
    ];
    expect(scriptOf(script, listing)).toEqual([
      "aws s3api copy-object --bucket photos --region eu-west-1 --key='a b' --copy-source='photos/a%20b?versionId=v2'",
    ]);
  });
});
