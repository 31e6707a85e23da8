import { describe, expect, it } from 'vitest';
import { createScreen } from '../../demo/screen.ts';
import { createTeller } from '../../demo/teller.ts';
import type { AlertEvent } from '../../src/model/alert.ts';
import { FIRST_NOTICE } from '../support/alerts.ts';

type Data = Partial<AlertEvent['data']>;

function alertOf(key: string, data: Data): AlertEvent {
  const object = { bucket: 'b', region: 'eu-west-1', key, versionId: 'v' };
  return {
    specversion: '1.0',
    id: JSON.stringify([key, data]),
    source: 'holdfast',
    type: 'holdfast.alert.v1',
    subject: `s3://b/${key}?versionId=v`,
    time: '2026-01-01T00:00:01.600Z',
    datacontenttype: 'application/json',
    data: {
      ...FIRST_NOTICE,
      fingerprint: 'f',
      state: 'noted',
      severity: 'info',
      verdict: 'verified',
      code: 'content-verified',
      family: 'integrity',
      title: '',
      subject: { kind: 'object-version', object },
      proves: 'stored',
      evidence: { sizeBytes: 1_536, algorithm: 'CRC32' },
      event: { name: 'ObjectCreated:Put', at: '2026-01-01T00:00:00.000Z' },
      ...data,
    },
  };
}

/** What is on the screen after these alerts. */
function told(alerts: readonly AlertEvent[], { columns = 100, json = false } = {}): readonly string[] {
  let text = '';
  const stdout = { write: (more: string) => (text += more) };
  const screen = createScreen({ json, stdout, stderr: stdout, columns, colours: false, elapsedMs: () => 5 });
  const teller = createTeller(screen);
  for (const alert of alerts) teller.tell(alert);
  teller.flush();
  return text.split('\n').slice(0, -1);
}

const byETag: Data = { evidence: { sizeBytes: 1_536, against: 'etag' } };

describe('the teller of alerts', () => {
  it('says once what two witnesses of one version agree in', () => {
    expect(told([alertOf('k', byETag), alertOf('k', {})])).toEqual([
      `✓ ${'b/k'.padEnd(33)}   1.50 KiB  content-verified               ETag, CRC32     1.6 s`,
    ]);
  });

  it('gives different codes and different objects lines of their own', () => {
    const lines = told([
      alertOf('k', { verdict: 'violated', code: 'size-differs', proves: 'recorded', evidence: { sizeBytes: 1 } }),
      alertOf('k', { verdict: 'violated', code: 'content-differs-from-checksum' }),
      alertOf('l', { verdict: 'unverifiable', code: 'content-unreadable', evidence: { reason: 'archived' } }),
    ]);
    expect(lines.map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
      '! b/k  1 B  size-differs  not read  1.6 s',
      '! b/k  1.50 KiB  content-differs-from-checksum  CRC32  1.6 s',
      '– b/l  content-unreadable  archived  1.6 s',
    ]);
  });

  it.each([80, 100, 120])('fits into %d columns, whatever the key', (columns) => {
    const data: Data = { verdict: 'violated', code: 'content-differs-from-checksum' };
    for (const line of told([alertOf('k'.repeat(1_024), data)], { columns })) {
      expect(line.length).toBeLessThanOrEqual(columns);
      expect(line).toMatch(/^! b\/k+…k+ .* 1\.6 s$/);
    }
  });

  it('lets no key command the terminal', () => {
    expect(told([alertOf('a\u001b[2Jb', {})]).join('\n')).toContain('b/a\\u{1b}[2Jb ');
  });

  it('tells programs of every alert by itself', () => {
    const alerts = [alertOf('k', byETag), alertOf('k', {})];
    const lines = told(alerts, { json: true }).map((line): unknown => JSON.parse(line));
    expect(lines).toEqual(alerts.map((alert) => ({ atMs: 5, type: 'alert', alert })));
  });
});
