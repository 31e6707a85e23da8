import { describe, expect, it } from 'vitest';
import { formatObject, isImmutable } from '../../src/model/object.ts';

const OBJECT = { bucket: 'b', region: 'eu-west-1', key: 'a +%é.txt' };

describe('isImmutable', () => {
  it.each([
    ['a version ID', { ...OBJECT, versionId: 'v1' }, true],
    ["the version ID 'null'", { ...OBJECT, versionId: 'null' }, false],
    ['no version ID', OBJECT, false],
  ])('of an object with %s', (_, object, expected) => {
    expect(isImmutable(object)).toBe(expected);
  });
});

describe('formatObject', () => {
  it('shows the key as it is', () => {
    expect(formatObject(OBJECT)).toBe('s3://b/a +%é.txt');
    expect(formatObject({ ...OBJECT, versionId: 'null' })).toBe('s3://b/a +%é.txt?versionId=null');
  });
});
