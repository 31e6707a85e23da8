import { describe, expect, it } from 'vitest';
import { keepAlerts } from '../../src/act/keep-alerts.ts';
import { HoldfastError } from '../../src/errors.ts';
import type { AlertEvent, RenderedAlert } from '../../src/model/alert.ts';
import { alertOf } from '../console/scenes.ts';

const event = alertOf('object-lost', { severity: 'critical', at: new Date('2026-11-21T10:00:00Z') });
const alert: RenderedAlert = { event, title: 'object-lost', attributes: {}, message: '' };
const call = { signal: new AbortController().signal };

describe('the topic that keeps what it publishes', () => {
  it('keeps an alert once it has left', async () => {
    const done: string[] = [];
    const topic = keepAlerts(
      { publish: async () => void done.push('published') },
      { note: async ({ id }: AlertEvent) => void done.push(`kept ${id}`) },
      () => done.push('lost'),
    );
    await topic.publish(alert, call);
    expect(done).toEqual(['published', 'kept object-lost-0']);
  });

  it('has published the alert although it could not be kept, and says so', async () => {
    const lost: unknown[] = [];
    const trouble = new HoldfastError('throttled', 'AlertHistory.note', 'too much');
    const topic = keepAlerts(
      { publish: async () => undefined },
      { note: async () => Promise.reject(trouble) },
      (error) => lost.push(error),
    );
    await topic.publish(alert, call);
    expect(lost).toEqual([trouble]);
  });

  it('keeps nothing that was not published', async () => {
    const kept: string[] = [];
    const topic = keepAlerts(
      { publish: async () => Promise.reject(new Error('no topic')) },
      { note: async ({ id }: AlertEvent) => void kept.push(id) },
      () => undefined,
    );
    await expect(topic.publish(alert, call)).rejects.toThrow('no topic');
    expect(kept).toEqual([]);
  });
});
