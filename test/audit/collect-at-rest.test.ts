import { describe, expect, it } from 'vitest';
import { collectAtRest } from '../../src/audit/collect-at-rest.ts';
import type { ReportStore } from '../../src/ports.ts';

const call = { signal: new AbortController().signal };
const order = { algorithm: 'CRC32', type: 'FULL_OBJECT' } as const;
const checksum = (base64: string, etag?: string): string =>
  `"${JSON.stringify({ checksum_base64: base64, etag }).replaceAll('"', '""')}"`;

function aStore(files: Readonly<Record<string, string>>): ReportStore {
  return {
    get: async (key) => files[key],
    async *lines(key) {
      yield* (files[key] ?? '').split('\n');
    },
    async *list() {},
    create: async () => false,
    write: async () => undefined,
  };
}

const report = (jobId: string, prefix = 'cc') => ({ bucket: 'ops', prefix, jobId });

describe('what jobs have read', () => {
  it('is found by bucket, key and version, whichever file of whichever job says it', async () => {
    const here = aStore({
      'cc/job-1/manifest.json': '{"Results":[{"Key":"ok.csv"},{"Key":"failed.csv"}]}',
      'ok.csv': `a,k%0A1,v,succeeded,200,,${checksum('AAAAAA==', 'e')}\na,k,1,succeeded,200,,${checksum('BBBBBA==')}\n`,
      'failed.csv': `a,secret,v,failed,400,SseC,no\na,other,v,succeeded,200,,"{""checksum_base64"":""AAAA"",""algorithm"":""MD5"",""etag"":""e""}"\n`,
    });
    const there = aStore({
      'job-2/manifest.json': '{"Results":[{"Key":"ok.csv"}]}',
      'ok.csv': `b,k,,succeeded,200,,${checksum('CCCCCA==')}`,
    });
    const book = await collectAtRest(
      [
        { report: report('1'), store: here },
        { report: report('2', ''), store: there },
      ],
      order,
      call,
    );
    const find = (bucket: string, key: string, versionId?: string) =>
      book.find({ bucket, region: 'us-east-1', key, ...(versionId === undefined ? {} : { versionId }) });
    expect(book.rows).toBe(5);
    expect(find('a', 'other', 'v')).toMatchObject({ checksum: { algorithm: 'MD5' }, etag: 'e' });
    expect(find('a', 'k\n1', 'v')).toEqual({
      state: 'computed',
      checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', base64: 'AAAAAA==' },
      etag: 'e',
    });
    expect(find('a', 'k', '1')).toMatchObject({ checksum: { base64: 'BBBBBA==' } });
    expect(find('b', 'k')).toMatchObject({ checksum: { base64: 'CCCCCA==' } });
    expect(find('a', 'secret', 'v')).toEqual({ state: 'failed', reason: 'SseC' });
    expect([find('b', 'k', 'v'), find('a', 'k'), find('b', 'k\n1', 'v')]).toEqual([undefined, undefined, undefined]);
  });

  it('is not taken for nothing where the report is missing', async () => {
    await expect(collectAtRest([{ report: report('1'), store: aStore({}) }], order, call)).rejects.toThrow(
      'expected a report at s3://ops/cc/job-1/manifest.json',
    );
  });
});
