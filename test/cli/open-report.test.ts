import { describe, expect, it } from 'vitest';
import { openReport } from '../../src/cli/open-report.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import type { OpenContent } from '../../src/ports.ts';
import { aState } from '../support/facts.ts';

const TEXT = '{"kind":"audit"}\n{"kind":"summary"}\n';

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const contentOf = (text: string, sizeBytes = text.length): Observation<OpenContent> =>
  present({ state: aState({ sizeBytes }), body: bodyOf(text) });

async function read(
  place: string,
  content: Observation<OpenContent>,
): Promise<{ readonly lines: readonly string[]; readonly asked: readonly ObjectRef[] }> {
  const asked: ObjectRef[] = [];
  const services = {
    objects: {
      async read(object: ObjectRef) {
        asked.push(object);
        return content;
      },
    },
    regionOf: async () => 'eu-west-1',
  };
  const lines: string[] = [];
  const { signal } = new AbortController();
  for await (const line of openReport(place, async () => services, { cwd: '/', signal })) lines.push(line);
  return { lines, asked };
}

describe('openReport', () => {
  it.each([
    ['s3://reports/a/report.ndjson', { key: 'a/report.ndjson' }],
    ['s3://reports/a/report.ndjson?versionId=v1', { key: 'a/report.ndjson', versionId: 'v1' }],
  ])('reads the lines of %s', async (place, rest) => {
    const { lines, asked } = await read(place, contentOf(TEXT));
    expect(lines).toEqual(['{"kind":"audit"}', '{"kind":"summary"}']);
    expect(asked).toEqual([{ bucket: 'reports', region: 'eu-west-1', ...rest }]);
  });

  it.each<readonly [string, Observation<OpenContent>, string]>([
    ['breaks off', contentOf(TEXT, 1_000), 'broke off after 36 of 1000 bytes'],
    ['is not there', { state: 'absent' }, 'there is no such object'],
    ['may not be read', { state: 'unreadable', reason: 'access-denied' }, 'access-denied'],
  ])('throws where the object %s: that is no change to the report', async (_, content, message) => {
    await expect(read('s3://reports/report.ndjson', content)).rejects.toThrow(message);
  });
});
