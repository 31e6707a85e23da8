import { describe, expect, it } from 'vitest';
import { openAlertBook } from '../../src/act/alert-book.ts';
import { identifyCase } from '../../src/act/identify-case.ts';
import type { Action } from '../../src/model/action.ts';
import type { CaseRef } from '../../src/model/alert-state.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Ports } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { aFinding } from '../support/facts.ts';
import { createFakeNotes } from '../support/fake-lists.ts';
import { createFakeSink } from '../support/fake-sink.ts';

const call = aBudget();
const findingOf = (bucket: string): Finding =>
  aFinding({ code: 'versioning-off', subject: { kind: 'bucket', bucket, region: 'eu-west-1' }, evidence: {} });
const alertOf = (finding: Finding) => ({ finding, severity: 'critical', state: 'opened' }) as const;
const judged = (...findings: readonly Finding[]) => ({
  findings,
  actions: findings.map((finding): Action => ({ kind: 'alert', alert: alertOf(finding) })),
});

function createWorld() {
  const heard: string[] = [];
  const gone: CaseRef[] = [];
  const ports: Pick<Ports, 'alerts' | 'notes'> = {
    alerts: createFakeSink({ hear: ({ event }) => heard.push(event.subject), gone: (ref) => gone.push(ref) }),
    notes: createFakeNotes({ now: () => new Date(0) }),
  };
  return { heard, gone, ports, open: async () => openAlertBook(ports, 'book', call) };
}

describe('the book of a watch', () => {
  it('opens what is new, keeps what is still there, and resolves what is gone', async () => {
    const { heard, gone, open } = createWorld();
    const [a, b] = [findingOf('a'), findingOf('b')];
    for (const findings of [[a, b], [a, b], [b]]) {
      const book = await open();
      await book.publish('topic', judged(...findings), call);
      await book.save(call);
    }
    expect(heard).toEqual(['s3://a', 's3://b']);
    expect(gone).toEqual([identifyCase(alertOf(a))]);
  });

  it('resolves nothing that could not be judged, or is found under another topic', async () => {
    const { gone, open } = createWorld();
    const [a, b] = [findingOf('a'), findingOf('b')];
    const before = await open();
    await before.publish('one', judged(a), call);
    await before.publish('two', judged(b), call);
    await before.save(call);
    const book = await open();
    await book.publish('one', { findings: [{ ...a, verdict: 'unverifiable' }], actions: [] }, call);
    await book.publish('three', judged(b), call);
    await book.save(call);
    expect(gone).toEqual([]);
  });

  it('resolves again where a crash kept it from remembering', async () => {
    const { gone, ports, open } = createWorld();
    const before = await open();
    await before.publish('topic', judged(findingOf('a')), call);
    await before.save(call);
    const notes = { ...ports.notes, put: async () => Promise.reject(new Error('crashed')) };
    const dying = await openAlertBook({ ...ports, notes }, 'book', call);
    await dying.publish('topic', judged(), call);
    await expect(dying.save(call)).rejects.toThrow('crashed');
    const next = await open();
    await next.publish('topic', judged(), call);
    await next.save(call);
    expect(gone).toHaveLength(2);
  });

  it('opens once more what an earlier version of Holdfast left, which knew no causes', async () => {
    const { heard, gone, ports, open } = createWorld();
    const left = { topic: [{ fingerprint: 'f', code: 'versioning-off' }] };
    await ports.notes.put('book', JSON.stringify(left), { ...call, keepForMs: 1_000 });
    const book = await open();
    await book.publish('topic', judged(findingOf('a')), call);
    await book.save(call);
    expect([heard, gone]).toEqual([['s3://a'], []]);
  });
});
