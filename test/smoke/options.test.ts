import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createRunName, RUN_NAME } from '../../scripts/smoke/names.ts';
import { HELP, parseSmokeOptions } from '../../scripts/smoke/options.ts';
import { QUESTIONS } from '../../scripts/smoke/questions/index.ts';

describe('the options of a smoke test', () => {
  it.each([
    ['nothing', [], [/--profile/]],
    ['one Region', ['--profile', 'p', '--regions', 'us-east-1'], [/two Regions/]],
    ['a Region twice', ['--profile', 'p', '--regions', 'us-east-1,us-east-1'], [/two different Regions/]],
    ['something that is no Region', ['--profile', 'p', '--regions', 'us-east-1,mars'], [/two Regions/]],
    ['a run that is none', ['--profile', 'p', '--clean-up', '*'], [/expected a run/]],
    ['two mistakes', ['--regions', 'x', '--clean-up', '../..'], [/--profile/, /two Regions/, /expected a run/]],
    ['an unknown option', ['--profile', 'p', '--force'], [/--force/]],
  ])('refuse %s', (_, args, problems) => {
    expect(parseSmokeOptions(args)).toEqual(problems.map((problem) => expect.stringMatching(problem)));
  });

  it('are two Regions, without keys, after asking, unless said otherwise', () => {
    const regions = { source: 'us-east-1', destination: 'us-west-2' };
    expect(parseSmokeOptions(['--profile', 'p'])).toEqual({
      profile: 'p',
      ...regions,
      withKms: false,
      yes: false,
      policy: false,
    });
  });

  it('show the help before they complain', () => {
    expect(parseSmokeOptions(['--help'])).toBe('help');
  });

  it.each([0, 0.5, 0.999_999_999])('name runs that can be cleaned up, with chance %d', (chance) => {
    expect(createRunName(new Date('2026-11-21T10:00:00Z'), () => chance)).toMatch(RUN_NAME);
  });
});

describe('docs/smoke-test.md', () => {
  it('lists every question, and whether it is asked', async () => {
    const page = await readFile('docs/smoke-test.md', 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` +\|[^|]+\| (\w+)/gm)].map(([, id, asked]) => `${id} ${asked}`);
    const expected = QUESTIONS.map(({ id, ask, needsKeys }) => {
      return `${id} ${ask === undefined ? 'never' : needsKeys === true ? 'with' : 'always'}`;
    });
    expect(rows.toSorted()).toEqual(expected.toSorted());
  });

  it('describes every option that the help does', async () => {
    const page = await readFile('docs/smoke-test.md', 'utf8');
    const options = [...HELP.matchAll(/^ {2}(--[a-z-]+)/gm)]
      .map(([, name]) => name)
      .filter((name) => name !== '--help');
    expect(options.filter((name) => !page.includes(`| \`${name}`))).toEqual([]);
  });
});
