import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { gatherDeclared } from '../../src/gather/declared-digests.ts';
import type { DeclaredPlace, DeclaredRule } from '../../src/model/config.ts';
import type { ObjectState } from '../../src/model/facts.ts';
import { aBudget } from '../support/deliver.ts';
import { createFakeCloud, type Upload } from '../support/fake-cloud.ts';

const CONTENT = Buffer.from('hello');
const HEX = createHash('sha256').update(CONTENT).digest('hex');
const BASE64 = createHash('sha256').update(CONTENT).digest('base64');
const KEY = 'in/a b.bin';

const rule = (place: DeclaredPlace, changes: Partial<DeclaredRule> = {}): DeclaredRule =>
  ({
    ...place,
    algorithm: 'SHA256',
    encoding: 'hex',
    of: 'content',
    allowContentEncoding: false,
    ...changes,
  }) as DeclaredRule;
const IN_METADATA = { from: 'metadata', name: 'SHA256' } as const;
const BESIDE = { from: 'side-file', suffix: '.sha256' } as const;
const IN_LIST = { from: 'manifest', key: 'in/SHA256SUMS' } as const;

interface Given {
  readonly key?: string;
  readonly state?: Partial<ObjectState>;
  readonly others?: readonly Upload[];
}

/** Base64 of every digest that counts for an object of this content. */
async function declaredBy(
  asked: DeclaredRule,
  { key = KEY, state = {}, others = [] }: Given,
): Promise<readonly string[]> {
  const cloud = createFakeCloud();
  const stored = await cloud.put({ key, versionId: 'v1', content: CONTENT, state });
  for (const other of others) await cloud.put(other);
  const given = { object: stored.object, state: stored.state, rules: [asked] };
  const { declared } = await gatherDeclared(given, cloud.objects, aBudget());
  expect(cloud.open).toBe(0);
  return declared.map(({ base64 }) => base64);
}

const file = (key: string, text: string, state: Partial<ObjectState> = {}): Upload => ({
  key,
  content: Buffer.from(text),
  state,
});

describe('a digest in the metadata', () => {
  it.each([
    ['counts', { sha256: HEX }, [BASE64]],
    ['counts in upper case and with spaces around it', { sha256: ` ${HEX.toUpperCase()} ` }, [BASE64]],
    ['is not there', { md5: HEX }, []],
    ['is empty', { sha256: '' }, []],
    ['is of another length', { sha256: HEX.slice(2) }, []],
    ['is no hex', { sha256: `${HEX.slice(2)}zz` }, []],
    ['is of the plaintext, which S3 never had', { sha256: HEX, 'x-amz-key-v2': 'x' }, []],
  ])('%s', async (_, metadata, expected) => {
    expect(await declaredBy(rule(IN_METADATA), { state: { metadata } })).toEqual(expected);
  });

  it.each([
    ['counts', BASE64, [BASE64]],
    ['is hex after all', HEX, []],
    ['has characters that base64 does not know', `*${BASE64.slice(0, -2)}*=`, []],
  ])('in base64 %s', async (_, sha256, expected) => {
    const asked = rule(IN_METADATA, { encoding: 'base64' });
    expect(await declaredBy(asked, { state: { metadata: { sha256 } } })).toEqual(expected);
  });

  it.each([
    ['does not count by default', {}, []],
    ['counts where the policy says so', { allowContentEncoding: true }, [BASE64]],
    [
      'never counts where it is of the decoded content',
      { allowContentEncoding: true, of: 'decoded-content' as const },
      [],
    ],
  ])('of an encoded object %s', async (_, changes, expected) => {
    const state = { metadata: { sha256: HEX }, contentEncoding: 'gzip' };
    expect(await declaredBy(rule(IN_METADATA, changes), { state })).toEqual(expected);
  });

  it('of the decoded content counts where nothing is encoded', async () => {
    const state = { metadata: { sha256: HEX }, contentEncoding: '' };
    expect(await declaredBy(rule(IN_METADATA, { of: 'decoded-content' }), { state })).toEqual([BASE64]);
  });
});

describe('a side file', () => {
  const older = { lastModifiedAt: new Date('2026-10-31T23:59:59Z') };
  const newer = { lastModifiedAt: new Date('2026-11-01T00:00:01Z') };

  it.each([
    ['with the digest alone counts', HEX, {}, [BASE64]],
    ['with the digest and a line end counts', `${HEX}\r\n`, {}, [BASE64]],
    ['as sha256sum writes it counts', `${HEX}  a b.bin\n`, {}, [BASE64]],
    ['with a path of the machine where it was made counts', `${HEX} */tmp/a b.bin\n`, {}, [BASE64]],
    ['that is newer counts', HEX, newer, [BASE64]],
    ['that is older speaks of earlier content', HEX, older, []],
    ['about something else does not count', `${HEX}  other.bin\n`, {}, []],
    ['with several digests and no names does not count', `${HEX}\n${HEX}\n`, {}, []],
    ['that is empty does not count', '', {}, []],
  ])('%s', async (_, text, state, expected) => {
    expect(await declaredBy(rule(BESIDE), { others: [file(`${KEY}.sha256`, text, state)] })).toEqual(expected);
  });

  it('that does not exist declares nothing', async () => {
    expect(await declaredBy(rule(BESIDE), {})).toEqual([]);
  });

  it('that is absurdly large is not read', async () => {
    const large = file(`${KEY}.sha256`, HEX, { sizeBytes: 17 * 1024 * 1024 });
    expect(await declaredBy(rule(BESIDE), { others: [large] })).toEqual([]);
  });
});

describe('a manifest', () => {
  const OTHER = '0'.repeat(64);

  it.each([
    ['names it relative to its own folder', `${OTHER}  b.bin\n${HEX}  a b.bin\n`, [BASE64]],
    ['names it with ./', `${HEX}  ./a b.bin\n`, [BASE64]],
    ['names it after one space', `${HEX} a b.bin\n`, [BASE64]],
    ['names it after a tab', `${HEX}\ta b.bin\n`, [BASE64]],
    ['names only a file of the same name elsewhere', `${HEX}  other/a b.bin\n`, []],
    ['gives a digest without a name', `${HEX}\n`, []],
  ])('%s', async (_, text, expected) => {
    expect(await declaredBy(rule(IN_LIST), { others: [file('in/SHA256SUMS', text)] })).toEqual(expected);
  });

  it.each(['+', '%', '%2B', 'a b', 'a ', ' a', '*a', 'é', '～', '😀', 'x/y', 'ä\u0308'])(
    'names the key %j',
    async (name) => {
      const list = file('in/SHA256SUMS', `${OTHER}  x${name}\n${HEX}  ${name}\n${OTHER}  ${name}x\n`);
      expect(await declaredBy(rule(IN_LIST), { key: `in/${name}`, others: [list] })).toEqual([BASE64]);
    },
  );

  it('elsewhere names the whole key', async () => {
    const others = [file('SUMS', `${HEX}  ${KEY}\n`)];
    expect(await declaredBy(rule({ from: 'manifest', key: 'SUMS' }), { others })).toEqual([BASE64]);
    const foreign = [file('sums/SUMS', `${HEX}  ${KEY}\n`)];
    expect(await declaredBy(rule({ from: 'manifest', key: 'sums/SUMS' }), { others: foreign })).toEqual([BASE64]);
  });
});
