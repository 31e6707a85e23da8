import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AuditProgress, createAuditProgress } from '../../src/cli/audit-progress.ts';

const WIPE = '\r\u001b[K';

interface Watched {
  readonly progress: AuditProgress;
  /** What is on the terminal now, or the last line of the log. */
  readonly shown: () => string;
  readonly written: () => string;
  readonly pass: (ms: number) => void;
}

function watch(shards: number, terminal?: { readonly columns?: number }): Watched {
  let text = '';
  let now = 0;
  const stderr = { isTerminal: terminal !== undefined, ...terminal, write: (more: string) => void (text += more) };
  const progress = createAuditProgress(stderr, { now: () => new Date(now) }, shards);
  return {
    progress,
    written: () => text,
    shown: () => (terminal === undefined ? (text.trimEnd().split('\n').at(-1) ?? '') : (text.split(WIPE).at(-1) ?? '')),
    pass: (ms) => void (now += ms),
  };
}

afterEach(() => void vi.useRealTimers());

describe('the progress of an audit', () => {
  it('says what is left from what the finished shards had, and at which rate', () => {
    const { progress, shown, pass } = watch(10);
    pass(10_000);
    progress.listed(5_000, 3 * 1024 ** 2);
    expect(shown()).toBe('shard 0 of 10; 0 findings; 5,000 listed, 500/s; 3.00 MiB');
    progress.listed(5_000, 1024 ** 2);
    progress.walked();
    progress.found('violated');
    progress.found('unverifiable');
    pass(10_000);
    progress.shard(10_000);
    expect(shown()).toBe('shard 1 of 10; 10 %; about 3m left; 2 findings, 1 violated; 10,000 listed, 500/s; 4.00 MiB');
    progress.end();
  });

  it('measures the rate of the last half minute, so that a halt long ago does not count', () => {
    const { progress, shown, pass } = watch(2);
    progress.listed(1_000);
    pass(600_000);
    for (let second = 0; second < 60; second += 1) {
      pass(1_000);
      progress.listed(100);
    }
    expect(shown()).toContain('100/s');
    progress.end();
  });

  it('goes on where an earlier run has ended, without counting its versions into the rate', () => {
    const { progress, shown, pass } = watch(4);
    progress.found('violated');
    progress.shard(1_000, 'earlier');
    progress.shard(1_000, 'earlier');
    pass(10_000);
    progress.listed(500);
    expect(shown()).toBe('shard 2 of 4; 62 %; about 30s left; 1 finding, 1 violated; 500 listed, 50/s');
    progress.end();
  });

  it('says that it looks again when every key has been walked and differences are left', () => {
    const { progress, shown, pass } = watch(2);
    progress.listed(100);
    progress.looked();
    progress.walked();
    progress.shard(100);
    progress.walked();
    pass(10_000);
    progress.read(2_048);
    expect(shown()).toBe(
      'shard 1 of 2; looking again at what differs; 0 findings; 100 listed, 10/s; 1 look; 2.00 KiB read',
    );
    pass(10_000);
    progress.shard(0);
    expect(shown()).toMatch(/^shard 2 of 2; 0 findings; /);
    progress.end();
  });

  it('draws a bar on a terminal, and never more than fits into its row', () => {
    const { progress, shown, pass } = watch(4, { columns: 60 });
    pass(1_000);
    progress.listed(1_000);
    progress.walked();
    pass(1_000);
    progress.shard(1_000);
    expect(shown()).toBe('[#####...............] shard 1 of 4; 25 %; about 6s left; 0');
    expect(shown()).toHaveLength(59);
    progress.end();
    expect(shown()).toBe('');
  });

  it('is never further than its end, whatever the last shards are like', () => {
    const { progress, shown, pass } = watch(2, { columns: 200 });
    progress.shard(10, 'earlier');
    pass(1_000);
    progress.listed(1_000_000);
    expect(shown()).toMatch(/^\[#{20}\] shard 1 of 2; 100 %; about 0s left;/);
    progress.end();
  });

  it('knows no share of a bucket without objects', () => {
    const { progress, shown, pass } = watch(1);
    progress.walked();
    pass(10_000);
    progress.shard(0);
    expect(shown()).toBe('shard 1 of 1; 0 findings; 0 listed, 0/s');
    progress.end();
  });

  it('goes on drawing while nothing happens, until it ends', () => {
    vi.useFakeTimers();
    const { progress, written, shown, pass } = watch(2, { columns: 200 });
    progress.listed(100);
    expect(written()).toBe('');
    pass(2_000);
    vi.advanceTimersByTime(1_000);
    expect(shown()).toContain('100 listed, 50/s');
    progress.end();
    const ended = written();
    pass(2_000);
    vi.advanceTimersByTime(5_000);
    expect(written()).toBe(ended);
  });

  it('makes room for results, and is drawn again with what comes next', () => {
    const { progress, shown, pass } = watch(2, { columns: 80 });
    pass(1_000);
    progress.listed(100);
    expect(shown()).toContain('100 listed');
    progress.clear();
    expect(shown()).toBe('');
    pass(1_000);
    progress.listed(100);
    expect(shown()).toContain('200 listed');
    progress.end();
  });

  it('says what stays without letting a key speak to the terminal', () => {
    const { progress, written } = watch(2, { columns: 80 });
    progress.say('a\u001b[2Jb');
    expect(written()).toBe('a\\u{1b}[2Jb\n');
    progress.end();
  });
});
