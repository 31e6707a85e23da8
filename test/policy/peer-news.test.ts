import { expect, it } from 'vitest';
import { newsOf } from '../../src/policy/peer-news.ts';

const LINK = 'orders/source/copy';
const EVENT_AT = new Date('2026-11-02T08:00:00Z');

it.each([
  ['without a word on idleness', {}, {}],
  ['that nothing is written there', { idle: true }, { idle: true }],
] as const)('what another stack tells of its progress is noted %s', (_, told, noted) => {
  const message = { kind: 'progress', link: LINK, eventAt: EVENT_AT, ...told } as const;
  expect(newsOf(message)).toEqual({ kind: 'note-progress', link: LINK, eventAt: EVENT_AT, ...noted });
});
