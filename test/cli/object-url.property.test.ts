import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseObjectUrl } from '../../src/cli/object-url.ts';
import { formatObject } from '../../src/model/object.ts';

const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    '+',
    '%',
    '%41',
    ' ',
    '/',
    '?',
    '#',
    '&',
    '=',
    'é',
    '～',
    '😀',
    '\n',
    '?versionId=',
    'null',
  ),
  minLength: 1,
});
const versionId = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '.', '_', '-'), minLength: 1 });

it('reads every key with a version ID as it was written', () => {
  fc.assert(
    fc.property(hostile, versionId, (key, id) => {
      const object = { bucket: 'photos', key, versionId: id };
      expect(parseObjectUrl(formatObject({ ...object, region: 'eu-west-1' }))).toEqual(object);
    }),
  );
});

it('reads every key without a version ID as it was written, unless it ends like one', () => {
  fc.assert(
    fc.property(
      hostile.filter((key) => !/\?versionId=[^?&/\s]+$/.test(key)),
      (key) => {
        expect(parseObjectUrl(`s3://photos/${key}`)).toEqual({ bucket: 'photos', key });
      },
    ),
  );
});
