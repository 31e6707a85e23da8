import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderFailureReasons } from '../../scripts/failure-reasons.ts';
import { parseFindings, readFindings } from '../../src/cli/findings-document.ts';
import type { AtRestReason } from '../../src/model/at-rest.ts';
import { FAILURE_REASONS } from '../../src/model/failure-reason.ts';
import { familyOf, FINDING_CODES, type FindingCode } from '../../src/model/finding.ts';
import type { UnreadableReason } from '../../src/model/observation.ts';
import { severityOf } from '../../src/policy/severity.ts';

/** Every reason, or this does not compile. */
const REASONS: Readonly<Record<UnreadableReason | AtRestReason, true>> = {
  archived: true,
  restoring: true,
  'sse-c': true,
  'key-unusable': true,
  'access-denied': true,
  throttled: true,
  'kms-throttled': true,
  'deleted-meanwhile': true,
  'overwritten-meanwhile': true,
  'too-large': true,
  'wrong-region': true,
  'not-computed': true,
  'report-not-understood': true,
};

/** What is only ever said for an object, or about our own sight of it. */
const NEVER_VIOLATED: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'content-verified',
  'checksum-missing',
  'content-unreadable',
  'replica-matches',
  'replica-not-comparable',
  'replication-not-tracked',
]);

const codes: readonly FindingCode[] = Object.values(FINDING_CODES).flat();
const texts = readFindings();

describe('docs/findings.md', () => {
  it('explains every code, and no code that does not exist', () => {
    expect(texts.filter(({ parent }) => parent === undefined).map(({ name }) => name)).toEqual(codes);
  });

  it('explains every reason of content-unreadable, and no other', () => {
    const reasons = texts.filter(({ parent }) => parent === 'content-unreadable').map(({ name }) => name);
    expect(reasons.toSorted()).toEqual(Object.keys(REASONS).toSorted());
  });

  it('explains every reason of replication-failed, and no other', () => {
    const reasons = texts.filter(({ parent }) => parent === 'replication-failed').map(({ name }) => name);
    expect(reasons).toEqual(Object.keys(FAILURE_REASONS));
  });

  it('says of every failure reason what its alerts say; if not, run scripts/build-schema.ts', () => {
    const document = readFileSync(new URL('../../docs/findings.md', import.meta.url), 'utf8');
    expect(document).toBe(renderFailureReasons(document));
  });

  it.each(texts.map((text) => [text.name, text] as const))(
    'says what %s means and what to do',
    (_, { summary, fix }) => {
      expect(summary).toMatch(/^[A-Z`].*\.$/s);
      expect(fix).toMatch(/\.$/);
    },
  );

  it.each(codes)('puts %s under its family, with its evidence and severity', (code) => {
    const found = texts.find(({ name, parent }) => name === code && parent === undefined);
    expect(found?.family).toBe(familyOf(code));
    expect(found?.text).toContain('**How Holdfast knows.**');
    expect(found?.text).toContain('**Severity.**');
  });

  it.each(codes)('states the severity of %s that policy gives', (code) => {
    const verdict = NEVER_VIOLATED.has(code) ? 'unverifiable' : 'violated';
    const subject = { kind: 'monitor', region: 'eu-west-1' } as const;
    const severity = severityOf({ verdict, code, subject, evidence: {} }, []);
    const [, stated] =
      /\*\*Severity\.\*\* `(\w+)`/.exec(
        texts.find(({ name, parent }) => name === code && parent === undefined)?.text ?? '',
      ) ?? [];
    expect(stated).toBe(severity);
  });

  it('names only codes and reasons that exist in its references', () => {
    const known = new Set(texts.map(({ name }) => name));
    const document = readFileSync(new URL('../../docs/findings.md', import.meta.url), 'utf8');
    const named = [...document.matchAll(/`((?:content|replication|object|event)-[a-z-]+)`/g)].map(
      ([, name]) => name ?? '',
    );
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('parseFindings', () => {
  it('keeps reasons in the text of their code, and what is fenced out of the headings', () => {
    const markdown = [
      '# Title',
      '## family one',
      '### `a`',
      'First. Second.',
      '',
      '**What to do.** Do this',
      'at once.',
      '',
      '```',
      '### `not-a-heading`',
      '```',
      '#### `why`',
      'Because.',
      '### `b`',
      'Other.',
      '## family two',
      'Prose.',
    ].join('\n');
    const found = parseFindings(markdown);
    expect(found.map(({ name, parent, family }) => [name, parent, family])).toEqual([
      ['a', undefined, 'family one'],
      ['why', 'a', 'family one'],
      ['b', undefined, 'family one'],
    ]);
    expect(found[0]?.text).toContain('Because.');
    expect(found[0]?.summary).toBe('First. Second.');
    expect(found[0]?.fix).toBe('Do this at once.');
    expect(found[1]?.text).toBe('Because.');
    expect(found[2]?.text).toBe('Other.');
  });

  it('knows whose reasons failure reasons are, and leaves comments out', () => {
    const markdown = ['## replication', '### `replication-failed`', 'S3 gave up.', '## failure reasons', '<!-- x -->'];
    const found = parseFindings([...markdown, '### `SrcKeyNotFound`', 'Gone.', '<!-- end -->'].join('\n'));
    expect(found).toMatchObject([
      { name: 'replication-failed', text: 'S3 gave up.' },
      { name: 'SrcKeyNotFound', parent: 'replication-failed', family: 'failure reasons', text: 'Gone.' },
    ]);
  });
});
