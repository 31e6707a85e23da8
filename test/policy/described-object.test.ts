import { describe, expect, it } from 'vitest';
import type { DeclaredRule, VerifyRule } from '../../src/model/config.ts';
import { describedObjects } from '../../src/policy/described-object.ts';
import { anEvent } from '../support/facts.ts';

const common = { algorithm: 'SHA256', encoding: 'hex', of: 'content', allowContentEncoding: false } as const;
const SIDE_FILE: DeclaredRule = { ...common, from: 'side-file', suffix: '.sha256' };
const MANIFEST: DeclaredRule = { ...common, from: 'manifest', key: 'in/SUMS.sha256' };

function rule(declared: readonly DeclaredRule[], changes: Partial<VerifyRule> = {}): VerifyRule {
  return { bucket: 'b', prefix: 'in/', evidence: 'computed-checksum', declared, ...changes };
}

function keysOf(
  key: string,
  verify: readonly VerifyRule[],
  kind: 'created' | 'version-removed' = 'created',
): readonly string[] {
  const event = anEvent({
    kind,
    object: { bucket: 'b', region: 'eu-west-1', key, versionId: 'v1' },
    etag: 'x',
    sizeBytes: 64,
  });
  return describedObjects(event, { verify }).map((look) => {
    expect(look).toMatchObject({ reach: 'content', purpose: 'first', attempt: 0 });
    expect(look.event.object.versionId).toBeUndefined(); // a side file names no version, and its own is another object's
    expect(look.event.etag).toBeUndefined();
    expect(look.event.sizeBytes).toBeUndefined();
    return look.event.object.key;
  });
}

describe('a new object', () => {
  it.each<[string, string, readonly VerifyRule[], readonly string[]]>([
    ['that is a side file makes its object be read', 'in/a+%é😀.bin.sha256', [rule([SIDE_FILE])], ['in/a+%é😀.bin']],
    ['is no side file without the suffix', 'in/a.bin', [rule([SIDE_FILE])], []],
    ['that is only a suffix describes nothing', '.sha256', [rule([SIDE_FILE], { prefix: '' })], []],
    ['describes nothing where no rule names side files', 'in/a.sha256', [rule([MANIFEST])], []],
    ['describes nothing under another prefix', 'out/a.sha256', [rule([SIDE_FILE])], []],
    ['describes nothing in another bucket', 'in/a.sha256', [rule([SIDE_FILE], { bucket: 'c' })], []],
    ['describes an object once, however many rules say so', 'in/a.sha256', [rule([SIDE_FILE, SIDE_FILE])], ['in/a']],
    [
      'describes nothing where a longer prefix has other rules',
      'in/x/a.sha256',
      [rule([SIDE_FILE]), rule([], { prefix: 'in/x/' })],
      [],
    ],
  ])('%s', (_, key, verify, expected) => {
    expect(keysOf(key, verify)).toEqual(expected);
  });

  it('that is removed describes nothing', () => {
    expect(keysOf('in/a.sha256', [rule([SIDE_FILE])], 'version-removed')).toEqual([]);
  });

  it('without sequencer and principal gives a look without them', () => {
    const {
      sequencer: _,
      principal: __,
      ...bare
    } = anEvent({ object: { bucket: 'b', region: 'eu-west-1', key: 'in/a.sha256' } });
    const [look] = describedObjects(bare, { verify: [rule([SIDE_FILE])] });
    expect(look?.event).not.toHaveProperty('sequencer');
    expect(look?.event).not.toHaveProperty('principal');
  });

  it('keeps sequencer and principal, so that two side files of one object are two looks', () => {
    const event = anEvent({
      object: { bucket: 'b', region: 'eu-west-1', key: 'in/a.sha256' },
      sequencer: '0A',
      principal: 'AWS:X',
    });
    expect(describedObjects(event, { verify: [rule([SIDE_FILE])] })).toMatchObject([
      { event: { sequencer: '0A', principal: 'AWS:X' } },
    ]);
  });
});
