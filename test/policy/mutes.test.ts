import { describe, expect, it } from 'vitest';
import type { Mute } from '../../src/model/alert-state.ts';
import type { Finding } from '../../src/model/finding.ts';
import { mutedUntil } from '../../src/policy/mutes.ts';
import { aCause, FINGERPRINT } from '../support/alerts.ts';

const NOW = new Date('2026-11-02T12:00:00Z');
const at = (hour: number): Date => new Date(`2026-11-02T${hour}:00:00Z`);
const aMute = (changes: Partial<Mute> = {}): Mute => ({ id: 'm', until: at(13), by: 'me', reason: 'r', ...changes });
const PAIR = { kind: 'pair', pair: 'orders', region: 'us-east-1', source: 'orders-use1' } as const;

const about = (subject: Finding['subject'], replica?: Finding['replica']): Finding => ({
  verdict: 'violated',
  code: 'rule-missing',
  subject,
  evidence: {},
  ...(replica === undefined ? {} : { replica }),
});

describe('a mute', () => {
  it.each<[string, Mute, boolean]>([
    ['of everything matches', aMute(), true],
    ['that has ended does not', aMute({ until: NOW }), false],
    ['that has not begun does not', aMute({ from: at(14), until: at(15) }), false],
    ['that has begun does', aMute({ from: NOW }), true],
    ['of this cause does', aMute({ fingerprint: FINGERPRINT }), true],
    ['of another cause does not', aMute({ fingerprint: 'other' }), false],
    ['of this code does', aMute({ code: 'replica-missing' }), true],
    ['of another code does not', aMute({ code: 'object-lost' }), false],
    ['of its pair does', aMute({ pair: 'photos' }), true],
    ['of another pair does not', aMute({ pair: 'orders' }), false],
    ['of its bucket does', aMute({ bucket: 'photos' }), true],
    ['of the bucket of its replica does', aMute({ bucket: 'photos-usw2' }), true],
    ['of another bucket does not', aMute({ bucket: 'orders' }), false],
    ['needs all that it names', aMute({ bucket: 'photos', code: 'object-lost' }), false],
  ])('%s', (_, mute, matches) => {
    expect(mutedUntil(aCause(), [mute], NOW)).toEqual(matches ? mute.until : undefined);
  });

  it.each<[string, Finding, Partial<Mute>, boolean]>([
    ['a pair by its name', about(PAIR), { pair: 'orders' }, true],
    ['a pair by its source', about(PAIR), { bucket: 'orders-use1' }, true],
    ['a pair by its destination', about({ ...PAIR, destination: 'there' }), { bucket: 'there' }, true],
    ['a bucket', about({ kind: 'bucket', bucket: 'b', region: 'r' }), { bucket: 'b' }, true],
    ['a prefix by its bucket', about({ kind: 'prefix', bucket: 'b', region: 'r', prefix: 'p' }), { bucket: 'b' }, true],
    ['no key by a bucket', about({ kind: 'kms-key', keyArn: 'k', region: 'r' }), { bucket: 'b' }, false],
    ['nothing without a link by a pair', about({ kind: 'monitor', region: 'r' }), { pair: 'orders' }, false],
  ])('silences %s', (_, finding, changes, matches) => {
    const muted = mutedUntil(aCause({ finding }), [aMute(changes)], NOW);
    expect(muted !== undefined).toBe(matches);
  });

  it('lasts as long as the last of several', () => {
    const mutes = [aMute(), aMute({ until: at(15) }), aMute({ until: at(14) })];
    expect(mutedUntil(aCause(), mutes, NOW)).toEqual(at(15));
  });
});
