import { expect, it } from 'vitest';
import { sizeDivergence } from '../../src/checks/size-divergence.ts';
import { present } from '../../src/model/observation.ts';
import { anEvent, aState, OBJECT, readFacts, someFacts } from '../support/facts.ts';

const { versionId: _, ...unversioned } = OBJECT;
const ofEvent = (sizeBytes: number, object = OBJECT) =>
  someFacts({ event: anEvent({ sizeBytes, object }), source: present(aState()) });
const unreadable = { state: 'unreadable', reason: 'throttled' } as const;

it.each([
  ['violated: the event promised more', ofEvent(11), ['size']],
  ['violated: a byte is missing', readFacts({}, { sizeBytes: 9 }), ['computed-checksum']],
  ['violated: a byte is too much', readFacts({}, { sizeBytes: 11 }), ['computed-checksum']],
  ['violated: nothing came', readFacts({}, { sizeBytes: 0 }), ['computed-checksum']],
  ['no finding, equal sizes prove nothing: event and headers', ofEvent(10), []],
  ['no finding, equal sizes prove nothing: headers and bytes', readFacts({}, {}), []],
  ['unverifiable is said elsewhere: the headers could not be read', someFacts({ source: unreadable }), []],
  ['unverifiable is said elsewhere: the bytes could not be read', { ...ofEvent(10), content: unreadable }, []],
  ['does not apply: nothing was looked at', someFacts(), []],
  ['does not apply: the event may be of earlier content without a version', ofEvent(11, unversioned), []],
  ['does not apply: a null version may be overwritten', ofEvent(11, { ...OBJECT, versionId: 'null' }), []],
])('%s', (_title, facts, bases) => {
  const findings = sizeDivergence.run(facts);
  expect(findings.map(({ basis }) => basis)).toEqual(bases);
  for (const finding of findings) expect(finding).toMatchObject({ verdict: 'violated', code: 'size-differs' });
});

it('names both sizes and who expected what', () => {
  const facts = { ...readFacts({ sizeBytes: 10 }, { sizeBytes: 9 }), event: anEvent({ sizeBytes: 12 }) };
  expect(sizeDivergence.run(facts).map(({ evidence }) => evidence)).toEqual([
    { expectedBy: 'event', expectedSizeBytes: 12, sizeBytes: 10 },
    { expectedBy: 'head', expectedSizeBytes: 10, sizeBytes: 9 },
  ]);
});
