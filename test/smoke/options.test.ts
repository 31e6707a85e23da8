import { describe, expect, it } from 'vitest';
import { createRunName, RUN_NAME } from '../../scripts/smoke/names.ts';
import { parseSmokeOptions } from '../../scripts/smoke/options.ts';

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
    expect(parseSmokeOptions(['--profile', 'p'])).toEqual({ profile: 'p', ...regions, withKms: false, yes: false });
  });

  it('show the help before they complain', () => {
    expect(parseSmokeOptions(['--help'])).toBe('help');
  });

  it.each([0, 0.5, 0.999_999_999])('name runs that can be cleaned up, with chance %d', (chance) => {
    expect(createRunName(new Date('2026-11-21T10:00:00Z'), () => chance)).toMatch(RUN_NAME);
  });
});
