import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditedLink } from '../../src/audit/look-at-version.ts';
import { type Quote, quoteAudit } from '../../src/audit/quote-audit.ts';
import { linkId } from '../../src/model/link.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';
import { compareKeys } from '../../src/model/version-order.ts';
import { aReplicationRule, LINK } from '../support/replicas.ts';
import { auditFake, createListings, type FakePair, planOf } from './fake-pair.ts';

const LETTERS = ['a', 'b', '+', '%', ' ', '/', 'é', '～', '😀'] as const;
const name = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 2 });
const object = fc.record({ key: name, sizeBytes: fc.nat({ max: 9 }), isThere: fc.boolean() });
const objects = fc.uniqueArray(object, { selector: ({ key }) => key, maxLength: 25 });

const pair = fc.record({ objects, cuts: fc.array(name, { maxLength: 5 }) }).map((given): FakePair => {
  const sorted = given.objects.toSorted((a, b) => compareKeys(a.key, b.key));
  return {
    sources: sorted.map(toEntry),
    replicas: sorted.filter(({ isThere }) => isThere).map(toEntry),
    cuts: given.cuts,
  };
});

function toEntry({ key, sizeBytes }: Pick<ListedEntry, 'key' | 'sizeBytes'>): ListedEntry {
  const common = { versionId: '1', isLatest: true, storageClass: 'STANDARD', lastModifiedAt: new Date(0) };
  return { ...common, key, sizeBytes, etag: '5d41402abc4b2a76b9719d911017c592' };
}

const AUDITED: AuditedLink = {
  link: LINK,
  graceMs: 3_600_000,
  versions: true,
  listedClass: 'same',
  rules: [aReplicationRule()],
};

async function quoteFake(given: FakePair, audited?: AuditedLink): Promise<Quote> {
  const rules = audited === undefined ? {} : { audited: new Map([[linkId(LINK), audited]]) };
  const inquiry = { plan: planOf(given), links: [LINK], planned: 0, spendsKms: () => false, ...rules };
  return quoteAudit(
    inquiry,
    createListings(given, () => undefined),
    { signal: new AbortController().signal },
  );
}

function countOf({ lines }: Quote, what: RegExp): number {
  return lines.filter((line) => what.test(line.what)).reduce((sum, { count }) => sum + count, 0);
}

describe('a quote', () => {
  it('counts every version once, and every request of the listings, whatever the shards', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async (given) => {
        const quote = await quoteFake(given, AUDITED);
        const { summary } = await auditFake(given);
        expect({ versions: quote.versions, bytes: quote.bytes }).toEqual(summary.source);
        expect(countOf(quote, /^list /)).toBe(summary.requests['list']);
        const looked = given.sources.length - given.replicas.length;
        // HEADs of both sides and of what is current at the destination; what is missing is looked at twice.
        expect(countOf(quote, new RegExp(`^look at ${looked} `))).toBe(3 * looked);
        expect(summary.requests['look']).toBe(2 * 3 * looked);
      }),
      { numRuns: 60 },
    );
  });

  it('counts the source alone where nobody tells the rules, and says nothing of looks', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async (given) => {
        const [one, both] = [await quoteFake(given), await quoteFake(given, AUDITED)];
        expect({ versions: one.versions, bytes: one.bytes }).toEqual({ versions: both.versions, bytes: both.bytes });
        expect(one.lines.some(({ what }) => what.startsWith('look'))).toBe(false);
        expect(one.perThousandDifferences).toBe(2 * both.perThousandDifferences);
      }),
      { numRuns: 30 },
    );
  });
});
