import { describe, expect, it } from 'vitest';
import { perform } from '../../src/act/perform.ts';
import type { Action } from '../../src/model/action.ts';
import type { Finding } from '../../src/model/finding.ts';
import { aBudget } from '../support/deliver.ts';
import { aFinding, aLook, anEvent, aReport, OBJECT } from '../support/facts.ts';
import { createFakeWorld, outcomeOf } from '../support/fake-ports.ts';

const alertOf = (finding: Finding): Action => ({
  kind: 'alert',
  alert: { finding, severity: 'critical', state: 'opened', event: anEvent() },
});
const reported = (code: Finding['code'], evidence: Finding['evidence']): Finding => ({ ...aReport(code), evidence });

async function idsAfter(...findings: readonly Finding[]): Promise<number> {
  const { ports, alerts } = createFakeWorld();
  for (const finding of findings) await perform(alertOf(finding), ports, aBudget());
  return alerts.size;
}

const PENDING = { link: 'photos/a/b', object: OBJECT, createdAt: new Date(0), sizeBytes: 7 };

describe('performing', () => {
  const baseline = {
    algorithm: 'CRC64NVME',
    base64: 'x',
    sizeBytes: 1,
    etag: 'e',
    lastModifiedAt: new Date(0),
  } as const;

  it.each<[string, Action]>([
    ['an alert', alertOf(aFinding())],
    ['a baseline', { kind: 'record-baseline', object: OBJECT, baseline }],
    ['a pending version', { kind: 'note-pending', version: PENDING }],
    ['a version that settled', { kind: 'forget-pending', version: PENDING }],
  ])('%s twice leaves what performing it once leaves', async (_, action) => {
    const [once, twice] = [createFakeWorld(), createFakeWorld()];
    await perform(action, once.ports, aBudget());
    await perform(action, twice.ports, aBudget());
    await perform(action, twice.ports, aBudget());
    expect(outcomeOf(twice)).toEqual(outcomeOf(once));
    expect(outcomeOf(once)).not.toEqual(outcomeOf(createFakeWorld()));
  });

  it('puts a look on the queue, due when it is due', async () => {
    const { ports, queue } = createFakeWorld();
    await perform({ kind: 'look', look: aLook({ dueAt: new Date('2026-11-02T00:00:05Z') }) }, ports, aBudget());
    expect(queue.map(({ visibleAt }) => visibleAt)).toEqual([new Date('2026-11-02T00:00:05Z')]);
  });

  it('lets a port that fails be heard', async () => {
    const { ports } = createFakeWorld();
    const open = async (): Promise<void> => Promise.reject(new Error('no topic'));
    await expect(
      perform(alertOf(aFinding()), { ...ports, alerts: { ...ports.alerts, open } }, aBudget()),
    ).rejects.toThrow('no topic');
  });
});

describe('the id of an alert', () => {
  it('is the same for the same finding with other evidence of the same', async () => {
    const [one, other] = [aFinding({ evidence: { sizeBytes: 1 } }), aFinding({ evidence: { sizeBytes: 2 } })];
    expect(await idsAfter(one, other)).toBe(1);
  });

  it.each([
    ['code', aFinding({ code: 'size-differs' })],
    ['version', aFinding({ subject: { kind: 'object-version', object: { ...OBJECT, versionId: 'v2' } } })],
    ['key', aFinding({ subject: { kind: 'object-version', object: { ...OBJECT, key: 'a+b/～😀' } } })],
  ])('is another for another %s', async (_, other) => {
    expect(await idsAfter(aFinding(), other)).toBe(2);
  });

  it.each<[string, Action, string, string]>([
    ['stopped', { kind: 'note-bulk', link: 'photos/a/b', on: true }, 'bulk#photos/a/b', 'on'],
    ['started again', { kind: 'note-bulk', link: 'photos/a/b', on: false }, 'bulk#photos/a/b', 'off'],
    [
      'come so far',
      { kind: 'note-progress', link: 'photos/a/b', eventAt: new Date(0) },
      'progress#photos/a/b',
      '1970-01-01T00:00:00.000Z',
    ],
    [
      'nothing to come to',
      { kind: 'note-progress', link: 'photos/a/b', eventAt: new Date(0), idle: true },
      'idle#photos/a/b',
      '1970-01-01T00:00:00.000Z',
    ],
  ])('remembers that looks have %s', async (_, action, name, value) => {
    const { ports } = createFakeWorld();
    await perform(action, ports, aBudget());
    expect(await ports.notes.get(name, aBudget())).toBe(value);
  });

  it('takes a failure that S3 reports and one that a look sees for the same', async () => {
    const seen = {
      ...reported('replication-failed', { link: 'photos/photos/b1' }),
      replica: { bucket: 'b1', region: 'r' },
    };
    const told = reported('replication-failed', { destinationBucket: 'b1', ruleId: 'all', failureReason: 'X' });
    expect(await idsAfter(seen, told)).toBe(1);
    expect(await idsAfter(seen, { ...told, evidence: { destinationBucket: 'b2' } })).toBe(2);
  });

  it('is another for another destination', async () => {
    const missing = (link: string): Finding => reported('replica-missing', { link });
    expect(await idsAfter(missing('photos/photos/b1'), missing('photos/photos/b2'))).toBe(2);
  });

  it.each([
    ['destination', { ruleId: 'all', destinationBucket: 'b2', operation: 'put' }],
    ['rule', { ruleId: 'some', destinationBucket: 'b1', operation: 'put' }],
    ['operation', { ruleId: 'all', destinationBucket: 'b1', operation: 'tags' }],
  ])('is another for a delay at another %s', async (_, evidence) => {
    const late = (of: Finding['evidence']): Finding => reported('replication-missed-threshold', of);
    const first = late({ ruleId: 'all', destinationBucket: 'b1', operation: 'put' });
    expect(await idsAfter(first, late(evidence))).toBe(2);
  });

  it('is another for each declared digest that differs', async () => {
    const differing = (where: string): Finding =>
      aFinding({ code: 'content-differs-from-declared-digest', evidence: { declaredIn: 'side-file', where } });
    expect(await idsAfter(differing('a.sha256'), differing('SHA256SUMS'))).toBe(2);
  });
});
