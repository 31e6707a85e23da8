import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../bench/options.ts';

describe('parseCommandLine', () => {
  it('measures what the goals are defined by when nothing is asked for', () => {
    expect(parseCommandLine([]).bench).toEqual({
      quick: false,
      rounds: 5,
      warmUps: 1,
      sizeBytes: 1024 ** 3,
      starts: 15,
      objects: 1000,
    });
  });

  it('takes a size and rounds in a quick run as well', () => {
    const { bench } = parseCommandLine(['--quick', '--size', '64', '--rounds', '3']);
    expect(bench).toMatchObject({ quick: true, sizeBytes: 64 * 1024 ** 2, rounds: 3, warmUps: 0 });
  });

  it('knows goals in any case', () => {
    expect([...parseCommandLine(['--only', 'G4, Inspection,']).only]).toEqual(['g4', 'inspection']);
  });

  it.each([
    ['--size', '0'],
    ['--size', '1.5'],
    ['--rounds', 'many'],
    ['--slow', 'yes'],
  ])('refuses %s %s', (option, value) => {
    expect(() => parseCommandLine([option, value])).toThrow(option);
  });
});
