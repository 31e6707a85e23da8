import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../demo/options.ts';
import { startShow } from './show.ts';

describe('the command line of the show', () => {
  it('has an answer without arguments', () => {
    expect(parseOptions([])).toEqual({
      acts: ['integrity', 'replication', 'region'],
      keep: false,
      json: false,
      help: false,
      port: 0,
      patienceMs: 45_000,
      seed: process.pid,
    });
  });

  it('passes on what was asked for', () => {
    const args = ['--folder', 'a b', '--stacks', 'c', '--keep', '--port', '9000', '--seed', '0', '--patience', '3'];
    expect(parseOptions(args)).toEqual({
      acts: ['integrity'],
      folder: 'a b',
      stacks: 'c',
      keep: true,
      json: false,
      help: false,
      port: 9000,
      patienceMs: 3_000,
      seed: 0,
    });
  });

  it.each([
    [['--only', 'integrity'], ['integrity']],
    [['--only', 'replication'], ['replication']],
    [['--only', 'region', '--stacks', 'x'], ['region']],
    [
      ['--stacks', 'x'],
      ['integrity', 'replication'],
    ],
    [['--keep'], ['integrity', 'replication']],
    [['--folder', 'x', '--only', 'integrity'], ['integrity']],
  ])('%j plays %j', (args, acts) => {
    expect(parseOptions(args).acts).toEqual(acts);
  });

  it.each([
    [['--only', 'lag'], /expected --only to be integrity or replication or region, got lag/],
    [['--folder', 'x', '--only', 'replication'], /expected --only to be integrity with --folder, got replication/],
    [['--port', '65536'], /expected --port to be a whole number from 0 to 65535, got 65536/],
    [['--port', ''], /expected --port/],
    [['--seed', '-1'], /seed/],
    [['--seed', '1.5'], /expected --seed/],
    [['--patience', 'much'], /expected --patience to be a whole number from 0 to 3600, got much/],
    [['--folder'], /--folder/],
    [['--florder', 'x'], /--florder[^]*npm start -- \[options\]/],
    [['folder'], /folder[^]*npm start -- \[options\]/],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
    expect(() => parseOptions(args)).toThrow(expect.objectContaining({ kind: 'invalid-config' }));
  });

  it('ends with 2 and says why, on stderr alone', { timeout: 30_000 }, async () => {
    const { code, lines, stderr } = await startShow(['--florder', 'x']).ended;
    expect([code, lines]).toEqual([2, []]);
    expect(stderr).toMatch(/^Unknown option '--florder'[^]*Exit code 0: every planted fault was found/);
  });

  it('refuses stacks that are not there', { timeout: 30_000 }, async () => {
    const { code, stderr } = await startShow(['--stacks', '/no/such/folder']).ended;
    expect([code, stderr]).toEqual([2, 'expected a packaged stack for us-east-1 in /no/such/folder, found none\n']);
  });
});
