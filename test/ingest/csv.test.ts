import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/ingest/csv.ts';

describe('a text in CSV', () => {
  it.each([
    ['', []],
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['"a,""b""\n","c"\n', [['a,"b"\n', 'c']]],
    [
      'a,\n,b',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['a,', [['a', '']]],
    ['\na', [[''], ['a']]],
    ['"never ""closed', [['never "closed']]],
  ])('%j is %j', (text, rows) => {
    expect([...parseCsv(text)]).toEqual(rows);
  });

  it('gives back every field that was quoted', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '😀') });
    const rows = fc.array(fc.array(field, { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(rows, (wanted) => {
        const text = wanted.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\n');
        expect([...parseCsv(text)]).toEqual(wanted);
      }),
    );
  });
});
