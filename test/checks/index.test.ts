import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { subjectOf } from '../../src/checks/check.ts';
import { checks } from '../../src/checks/index.ts';
import { present } from '../../src/model/observation.ts';
import { ABSENT, anEvent, aState, OBJECT, someFacts } from '../support/facts.ts';

it('registers every check that has a file', () => {
  const folder = readdirSync(new URL('../../src/checks/', import.meta.url));
  const files = folder.flatMap((name) => (name.endsWith('.ts') ? [name.slice(0, -3)] : []));
  const named = files.filter((name) => name !== 'index' && name !== 'check');
  expect(checks.map(({ id }) => id).toSorted()).toEqual(named.toSorted());
});

const { versionId: _, ...unversioned } = OBJECT;

it.each([
  ['the version of the event', someFacts({ source: present(aState({ versionId: 'v2' })) }), 'v1'],
  [
    'the version that was found',
    someFacts({ event: anEvent({ object: unversioned }), source: present(aState({ versionId: 'v2' })) }),
    'v2',
  ],
  ['no version', someFacts({ event: anEvent({ object: unversioned }), source: ABSENT }), undefined],
])('speaks of %s', (_title, facts, versionId) => {
  const subject = subjectOf(facts);
  expect(subject.kind === 'object-version' && subject.object.versionId).toBe(versionId);
});
