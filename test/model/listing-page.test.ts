import { describe, expect, it } from 'vitest';
import { toPage } from '../../src/model/build-listing-page.ts';
import {
  compareBytes,
  compareEntryKeys,
  entryAt,
  isSameText,
  KEY,
  type ListedEntry,
  textAt,
} from '../../src/model/listing-page.ts';

const object: ListedEntry = {
  key: 'a b/～😀',
  versionId: 'v1',
  isLatest: true,
  sizeBytes: 5,
  etag: '5d41402abc4b2a76b9719d911017c592',
  storageClass: 'GLACIER_IR',
  lastModifiedAt: new Date('2026-11-02T08:15:30.000Z'),
};
const { versionId: _, ...unversioned } = object;
const marker: ListedEntry = { ...object, deleteMarker: true, isLatest: false, sizeBytes: 0, etag: '' };

describe('a page of a listing', () => {
  it.each([
    ['an object', object],
    ['an object without a version ID', unversioned],
    ['a delete marker', marker],
  ])('gives back %s', (_name, entry) => {
    expect(entryAt(toPage([object, entry]), 1)).toEqual(entry);
  });

  it('calls the class STANDARD that the server leaves out', () => {
    expect(entryAt(toPage([{ ...object, storageClass: '' }]), 0).storageClass).toBe('STANDARD');
  });

  it('has nothing behind its last entry', () => {
    const page = toPage([]);
    const nothing = {
      key: '',
      isLatest: false,
      sizeBytes: 0,
      etag: '',
      storageClass: 'STANDARD',
      lastModifiedAt: new Date(0),
    };
    expect(entryAt(page, 7)).toEqual(nothing);
    expect(textAt(page, 7, KEY)).toBe('');
    expect(isSameText({ page, index: 7 }, { page, index: 8 }, KEY)).toBe(true);
    expect(compareEntryKeys({ page, index: 7 }, { page, index: 8 })).toBe(0);
    expect(compareBytes(page.bytes, 0, 2, page.bytes, 0, 2)).toBe(0);
  });

  it.each([
    ['a', 'a', 0],
    ['a', 'ab', -1],
    ['ab', 'a', 1],
    ['～', '😀', -1], // JavaScript orders them the other way round
    ['b', 'a', 1],
  ])('orders %s and %s by their bytes', (a, b, expected) => {
    const page = toPage([
      { ...object, key: a },
      { ...object, key: b },
    ]);
    expect(Math.sign(compareEntryKeys({ page, index: 0 }, { page, index: 1 }))).toBe(expected);
  });

  it.each([
    ['the same text', 'ab', true],
    ['another one of the same length', 'ac', false],
    ['a longer one', 'abc', false],
  ])('tells %s', (_name, key, expected) => {
    const page = toPage([
      { ...object, key: 'ab' },
      { ...object, key },
    ]);
    expect(isSameText({ page, index: 0 }, { page, index: 1 }, KEY)).toBe(expected);
  });
});
