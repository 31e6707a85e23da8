import { describe, expect, it } from 'vitest';
import { contentReadability } from '../../src/checks/content-readability.ts';
import { present, type UnreadableReason } from '../../src/model/observation.ts';
import { ABSENT, aState, aReading, readFacts, someFacts } from '../support/facts.ts';

const TEMPORARY: Readonly<Record<UnreadableReason, boolean>> = {
  archived: false,
  restoring: true,
  'sse-c': false,
  'key-unusable': false,
  'access-denied': false,
  throttled: true,
  'kms-throttled': true,
  'deleted-meanwhile': false,
  'overwritten-meanwhile': false,
  'too-large': false,
  'wrong-region': false,
};
const REASONS = Object.entries(TEMPORARY) as [UnreadableReason, boolean][];

describe.each(REASONS)('%s', (reason, retry) => {
  const unreadable = { state: 'unreadable', reason } as const;

  it.each([
    ['at the headers', someFacts({ source: unreadable })],
    ['at the parts', someFacts({ source: present(aState()), parts: unreadable })],
    ['at the bytes', someFacts({ source: present(aState()), content: unreadable })],
  ])('is unverifiable %s and worth another look only where it can pass', (_, facts) => {
    const findings = contentReadability.run(facts);
    expect(findings).toMatchObject([
      { verdict: 'unverifiable', code: 'content-unreadable', retry, evidence: { reason } },
    ]);
  });
});

it.each([
  ['the version', someFacts({ source: ABSENT })],
  ['the content of the version', someFacts({ source: present(aState()), content: ABSENT })],
])('accuses nobody where %s is gone', (_, facts) => {
  expect(contentReadability.run(facts)).toMatchObject([
    { verdict: 'unverifiable', retry: false, evidence: { reason: 'deleted-meanwhile' } },
  ]);
});

it.each([
  ['nothing was looked at', someFacts()],
  ['the bytes were read', readFacts({}, aReading())],
  ['the object has no parts', someFacts({ source: present(aState()), parts: ABSENT })],
])('does not apply where %s', (_, facts) => {
  expect(contentReadability.run(facts)).toEqual([]);
});
