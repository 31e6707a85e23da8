import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsCommand, quote } from '../../src/model/shell-command.ts';
import { wordsOf } from '../cli/run-printed-command.ts';

const run = promisify(execFile);

const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    '+',
    '%',
    ' ',
    '/',
    'é',
    '～',
    '😀',
    "'",
    '"',
    '\\',
    '$',
    '`',
    '\n',
    '\t',
    '\u202E',
    '!',
    '*',
    '-',
    '7',
  ),
  maxLength: 12,
});

describe('quote', () => {
  it.each([
    ['plain/word-1.txt', 'plain/word-1.txt'],
    ['', "''"],
    ['two words', "'two words'"],
    ["it's", String.raw`'it'\''s'`],
    ['a\nb', String.raw`$'a\012b'`],
    ["it's \u202E", String.raw`$'it\'s \342\200\256'`],
    [String.raw`\n` + '\t', String.raw`$'\\n\011'`],
  ])('writes %j as %s', (text, expected) => {
    expect(quote(text)).toBe(expected);
  });

  it('gives a shell back what it was given', async () => {
    const words = fc.sample(hostile, { numRuns: 300, seed: 7 }).filter((word) => word !== '');
    const { stdout } = await run('bash', ['-c', `printf '%s\\0' ${words.map((word) => quote(word)).join(' ')}`]);
    expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  });

  it('is read by the tests as a shell reads it', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1 }), (words) => {
        expect(wordsOf(words.map((word) => quote(word)).join(' '))).toEqual(words);
      }),
    );
  });
});

describe('awsCommand', () => {
  it('writes documents as JSON, flags without a value, and leaves out what is not given', () => {
    const options = { bucket: 'b', document: { A: ["it's"] }, 'dry-run': true, region: undefined } as const;
    expect(awsCommand('s3api put', options)).toBe(
      String.raw`aws s3api put --bucket b --document '{"A":["it'\''s"]}' --dry-run`,
    );
  });

  it('takes no value for an option', () => {
    expect(awsCommand('s3api get', { key: '--force', other: '- a' })).toBe("aws s3api get --key=--force --other='- a'");
  });
});
