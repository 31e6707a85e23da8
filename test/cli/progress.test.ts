import { describe, expect, it } from 'vitest';
import { createProgress, type Progress } from '../../src/cli/progress.ts';

function watch(isTerminal: boolean): { progress: Progress; written: () => string; pass: (ms: number) => void } {
  let text = '';
  let now = 0;
  const stderr = { isTerminal, write: (more: string) => void (text += more) };
  const progress = createProgress(stderr, { now: () => new Date(now) });
  return { progress, written: () => text, pass: (ms) => void (now += ms) };
}

describe('progress', () => {
  it('is silent while there is nothing to wait for', () => {
    const { progress, written } = watch(true);
    progress.addBytes(1_000);
    progress.addObject();
    progress.end();
    expect(written()).toBe('');
  });

  it('draws one line over the other on a terminal, and wipes it at the end', () => {
    const { progress, written, pass } = watch(true);
    pass(500);
    progress.addBytes(1024 * 1024);
    pass(500);
    progress.addObject();
    progress.end();
    progress.end();
    const wipe = '\r\u001b[K';
    expect(written()).toBe(`1.00 MiB, 2.00 MiB/s${wipe}1 objects, 1/s; 1.00 MiB, 1.00 MiB/s${wipe}`);
  });

  it('writes whole lines into a log, much more rarely', () => {
    const { progress, written, pass } = watch(false);
    for (let second = 1; second <= 25; second += 1) {
      pass(1_000);
      progress.addBytes(100);
    }
    expect(written()).toBe('1000 B, 100 B/s\n1.95 KiB, 100 B/s\n');
  });

  it('keeps a line that is said apart from the one that is drawn over', () => {
    const { progress, written, pass } = watch(true);
    pass(1_000);
    progress.addBytes(10);
    progress.say('kept');
    expect(written()).toBe('10 B, 10 B/s\r\u001b[Kkept\n');
  });
});
