import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/audit/canonical.ts';
import { verifyReport } from '../../src/audit/verify-report.ts';
import { reportLines } from '../../src/cli/audit-report.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';
import { compareKeys } from '../../src/model/version-order.ts';
import { auditFake, type FakePair, planOf } from './fake-pair.ts';

const LETTERS = ['a', 'b', '+', '%', ' ', '/', 'é', '～', '😀'] as const;
const name = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 2 });

/** What happens to one object on its way. */
const fate = fc.constantFrom('alike', 'alike', 'alike', 'missing', 'differs', 'moved', 'gone', 'marker');

const object = fc.record({ key: name, fate });
type Given = typeof object extends fc.Arbitrary<infer T> ? T : never;

const pair = fc
  .record({
    objects: fc.uniqueArray(object, { selector: ({ key }) => key, maxLength: 25 }),
    cuts: fc.array(name, { maxLength: 5 }),
  })
  .map(({ objects, cuts }): FakePair => {
    const sorted = objects.toSorted((a, b) => compareKeys(a.key, b.key));
    return {
      sources: sorted.filter((each) => each.fate !== 'gone').map((each) => toEntry(each)),
      replicas: sorted.filter((each) => each.fate !== 'missing').map((each) => toReplica(each)),
      cuts,
    };
  });

function toEntry({ key, fate: what }: Given): ListedEntry {
  const content = { sizeBytes: 5, etag: '5d41402abc4b2a76b9719d911017c592', storageClass: 'STANDARD' };
  const common = { key, versionId: '1', isLatest: true, lastModifiedAt: new Date(0) };
  if (what === 'marker') return { ...common, ...content, deleteMarker: true, sizeBytes: 0, etag: '' };
  return { ...common, ...content };
}

function toReplica(given: Given): ListedEntry {
  const entry = toEntry(given);
  if (given.fate === 'differs') return { ...entry, etag: '7d793037a0760186574b0282f2f435e7' };
  return given.fate === 'moved' ? { ...entry, storageClass: 'GLACIER_IR' } : entry;
}

const CODES: Readonly<Record<string, string>> = {
  missing: 'replica-missing',
  differs: 'replica-content-differs',
  moved: 'replica-class-differs',
  gone: 'source-version-gone',
};

describe('an audit', () => {
  it('finds every difference once, whatever the shards', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async (given) => {
        const { summary, kept, error } = await auditFake(given);
        expect(error).toBeUndefined();
        const found = [...kept.values()].flatMap(({ findings }) =>
          findings.map(({ code, object: { key } }) => `${code} ${key}`),
        );
        expect(found.toSorted()).toEqual(expectedOf(given).toSorted());
        expect(summary).toMatchObject({ complete: true, source: { versions: expect.any(Number) } });
      }),
      { numRuns: 60 },
    );
  });

  it('that is killed again and again, and goes on, ends with the same findings and the same root', async () => {
    const deaths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pair, deaths, async (given, requests) => {
        const whole = await auditFake(given);
        let done: Awaited<ReturnType<typeof auditFake>>['kept'] = new Map();
        for (const diesAfter of requests) done = (await auditFake(given, { done, diesAfter })).kept;
        const last = await auditFake(given, { done });
        expect(last.summary.root).toBe(whole.summary.root);
        const inOrder = (kept: typeof done): string => canonical([...kept].toSorted(([a], [b]) => a - b));
        expect(inOrder(last.kept)).toBe(inOrder(whole.kept));
      }),
      { numRuns: 60 },
    );
  });

  it('accuses nobody of what a second look, after the gap, does not show', async () => {
    const entries = ['a', 'b'].map((key) => toEntry({ key, fate: 'alike' }));
    const given = { sources: entries, replicas: [], cuts: [], late: entries.slice(0, 1) };
    const { summary, kept } = await auditFake(given);
    expect(summary).toMatchObject({ complete: true, alike: 0, proved: 1, verdicts: { violated: 1 } });
    expect([...kept.values()].flatMap(({ findings }) => findings.map(({ object: { key } }) => key))).toEqual(['b']);
  });

  it('says that it is not finished, and has no root', async () => {
    const entries = ['a', 'b', 'c', 'd'].map((key) => toEntry({ key, fate: 'alike' }));
    const given = { sources: entries, replicas: entries, cuts: ['b'] };
    const died = await auditFake(given, { diesAfter: 2 });
    expect(died.summary).toMatchObject({ complete: false, stopped: 'error' });
    expect(died.summary.root).toBeUndefined();
    expect(died.error).toMatchObject({ message: 'killed' });
    const broke = await auditFake(given, { budget: 0.000_000_1 });
    expect(broke.summary).toMatchObject({ complete: false, stopped: 'budget' });
    expect(broke.error).toBeUndefined();
  });
});

function expectedOf({ sources, replicas }: FakePair): readonly string[] {
  const there = new Map(replicas.map((entry) => [entry.key, entry]));
  const here = new Map(sources.map((entry) => [entry.key, entry]));
  return [...new Set([...here.keys(), ...there.keys()])].flatMap((key) => {
    const [source, replica] = [here.get(key), there.get(key)];
    const what =
      source === undefined
        ? 'gone'
        : replica === undefined
          ? 'missing'
          : source.etag !== replica.etag
            ? 'differs'
            : source.storageClass === replica.storageClass
              ? 'alike'
              : 'moved';
    const code = CODES[what];
    return code === undefined ? [] : [`${code} ${key}`];
  });
}

async function* inLines(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

async function reportOf(given: FakePair): Promise<readonly string[]> {
  const { summary, kept } = await auditFake(given);
  return reportLines({ plan: planOf(given), outcomes: [...kept.values()], summary }).map((line) =>
    JSON.stringify(line),
  );
}

describe('verifyReport', () => {
  it('finds a report whole that an audit has written', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async (given) => {
        const lines = await reportOf(given);
        expect((await verifyReport(inLines(lines))).problems).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('notices whatever is changed, left out or added', async () => {
    const change = fc.constantFrom('left out', 'doubled', 'a digit', 'a letter', 'broken off');
    await fc.assert(
      fc.asyncProperty(pair, fc.nat(), fc.nat(), change, async (given, line, place, what) => {
        const lines = [...(await reportOf(given))];
        const at = 1 + (line % (lines.length - 1)); // the plan says what was asked; its shards are compared below
        const text = lines[at] ?? '';
        const changed = tamper(text, place, what);
        fc.pre(changed !== text && !(what === 'doubled' && !text.includes('"kind":"finding"')));
        // Only what hashes cover: the sums and times of the summary follow from the shards.
        fc.pre(!text.includes('"kind":"summary"') || what === 'left out');
        lines.splice(at, 1, ...changed.split('\n').filter((each) => each !== ''));
        expect((await verifyReport(inLines(lines))).problems).not.toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('notices that a shard of the plan is missing', async () => {
    const entries = ['a', 'b'].map((key) => toEntry({ key, fate: 'alike' }));
    const lines = await reportOf({ sources: entries, replicas: entries, cuts: ['a'] });
    const without = lines.filter(
      (line) => !line.includes('"shard":1,"link":"photos/photos/photos-copy","after":"a","kind"'),
    );
    expect(without.length).toBe(lines.length - 1);
    expect((await verifyReport(inLines(without))).problems).toContain('shard 1 of the plan is missing');
  });
});

function tamper(text: string, place: number, what: string): string {
  switch (what) {
    case 'left out':
      return '';
    case 'doubled':
      return `${text}\n${text}`;
    case 'a digit':
      return text.replace(/(?<=[:,"a-f])\d(?=[,"\d])/, (digit) => String((Number(digit) + 1 + (place % 8)) % 10));
    case 'a letter':
      return text.replace('STANDARD', 'standard').replace('violated', 'verified');
    default:
      return text.slice(0, place % text.length);
  }
}
