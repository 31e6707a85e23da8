import { describe, expect, it } from 'vitest';
import { parseJobReportManifest } from '../../src/ingest/job-report-manifest.ts';

describe('the manifest of a completion report', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['names its files', { Results: [{ Key: 'a.csv' }, { Key: 'b.csv', Bucket: 'x' }] }, ['a.csv', 'b.csv']],
    ['passes over what names none', { Results: [null, 1, {}, { Key: 2 }] }, []],
    ['of a job without tasks names none', {}, []],
    ['that is null names none', null, []],
  ])('%s', (_, manifest, expected) => {
    expect(parseJobReportManifest(JSON.stringify(manifest))).toEqual(expected);
  });

  it.each([
    ['{', 'in JSON'],
    ['{"Results":{}}', 'expected Results'],
  ])('is refused: %s', (text, message) => {
    expect(() => parseJobReportManifest(text)).toThrow(message);
  });
});
