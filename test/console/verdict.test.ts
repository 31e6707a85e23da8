import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/model/alert.ts';
import type { AccessPointView, AuditView, LinkView, RouteView, StackView } from '../../src/console/view.ts';
import { formatBytes, formatDuration, formatShare } from '../../src/console/page/format.ts';
import { groupAlerts, isWanted } from '../../src/console/page/select-alerts.ts';
import { type Known, toVerdict } from '../../src/console/page/verdict.ts';
import { alertOf } from './scenes.ts';

const AT = new Date('2026-11-21T10:00:00Z');
const link = (state: LinkView['state']): LinkView => ({
  id: `orders/a/${state}`,
  pair: 'orders',
  source: { bucket: 'a', region: 'r' },
  destination: { bucket: state, region: 'r' },
  state,
  bulk: false,
  notes: [],
});
const lane = { lane: 'reads', waiting: 9, inFlight: 1, delayed: 2, deadLetters: 0 };
const stack = (change: Partial<StackView> = {}): StackView => ({ region: 'r', alive: 'yes', lanes: [lane], ...change });
const calm: Known = {
  links: [link('settled'), link('on-its-way')],
  stacks: [stack()],
  accessPoints: [],
  audits: [],
  alerts: [],
  troubles: [],
};
const audit = (state: AuditView['state']): AuditView => ({
  name: 'weekly',
  pair: 'orders',
  schedule: 'rate(7 days)',
  state,
});
const accessPoint = (health: RouteView['health'], traffic: RouteView['traffic']): AccessPointView => ({
  name: 'orders',
  mode: 'advise',
  buckets: [{ bucket: 'a', region: 'r', traffic, health, because: '' }],
  freezes: [],
  changes: [],
  notes: [],
});

function overAfter(at: Date): AlertEvent {
  const alert = alertOf('object-lost', { severity: 'critical', at: new Date(at.getTime() + 60_000) });
  return { ...alert, id: 'resolved', data: { ...alert.data, state: 'resolved', resolution: 'gone' } };
}

describe('the headline', () => {
  it.each<readonly [string, Partial<Known>, string, string]>([
    ['is calm where everything is in time', {}, 'calm', '2 links in time, nothing found in 24 h'],
    ['is not calm before anything was looked at', { links: undefined }, 'unknown', 'nothing was looked at yet'],
    ['says what is unknown', { links: [link('unknown')] }, 'unknown', '1 of 1 link unknown'],
    ['says what cannot be read', { troubles: [{ what: 'x', why: 'y' }] }, 'unknown', '1 source cannot be read'],
    ['burns for an overdue link', { links: [link('overdue')] }, 'burning', '1 of 1 link overdue'],
    ['burns for a failed link', { links: [link('failed'), link('unknown')] }, 'burning', '1 of 2 links failed'],
    ['burns for a silent stack', { stacks: [stack({ alive: 'no' })] }, 'burning', 'stack silent in r'],
    [
      'asks for attention where an audit found',
      { audits: [audit('violated')] },
      'attention',
      'audit weekly found something violated',
    ],
    ['asks for attention where an audit is late', { audits: [audit('overdue')] }, 'attention', 'audit weekly overdue'],
    ['asks for attention where an audit failed', { audits: [audit('failed')] }, 'attention', 'audit weekly failed'],
    ['is not calm where an audit cannot be seen', { audits: [audit('unknown')] }, 'unknown', 'audit weekly unknown'],
    [
      'is calm while an audit goes on',
      { audits: [audit('under-way')] },
      'calm',
      '2 links in time, nothing found in 24 h',
    ],
    [
      'burns where traffic goes to a Region that is out',
      { accessPoints: [accessPoint('unhealthy', 'active')] },
      'burning',
      'traffic goes to r, which is unhealthy',
    ],
    [
      'is calm where no traffic goes to it',
      { accessPoints: [accessPoint('unhealthy', 'passive')] },
      'calm',
      '2 links in time, nothing found in 24 h',
    ],
    [
      'asks for attention where it is impaired',
      { accessPoints: [accessPoint('impaired', 'active')] },
      'attention',
      'traffic goes to r, which is impaired',
    ],
    [
      'burns for a critical alert, published twice',
      { alerts: [0, 1].map(() => alertOf('object-lost', { severity: 'critical', at: AT })) },
      'burning',
      '1 critical alert',
    ],
    [
      'is calm when what was critical is over',
      { alerts: [alertOf('object-lost', { severity: 'critical', at: AT }), overAfter(AT)] },
      'calm',
      '2 links in time, nothing found in 24 h',
    ],
    [
      'asks for attention for a warning',
      { alerts: [alertOf('rtc-off', { severity: 'warning', at: AT })] },
      'attention',
      '1 warning',
    ],
    [
      'does not mind information',
      { alerts: [alertOf('content-verified', { severity: 'info', at: AT })] },
      'calm',
      '2 links in time, nothing found in 24 h',
    ],
    [
      'asks for attention for what is set aside',
      {
        stacks: [
          stack({
            lanes: [
              { ...lane, deadLetters: 2 },
              { ...lane, lane: 'poison', waiting: 1 },
            ],
          }),
        ],
      },
      'attention',
      '3 messages set aside',
    ],
  ])('%s', (_, change, level, reason) => {
    const verdict = toVerdict({ ...calm, ...change });
    expect(verdict.level).toBe(level);
    expect(verdict.reasons[0]).toBe(reason);
  });
});

describe('the list of alerts', () => {
  const filter = { severities: new Set(['critical']), pair: '', text: '' };
  const bucketsOf = (pair: string): ReadonlySet<string> => new Set(pair === 'orders' ? ['orders-use1'] : []);
  const group = (alert = alertOf('object-lost', { severity: 'critical', at: AT })) => ({
    latest: alert,
    firstAt: alert.time,
    times: 1,
  });

  it('is newest first, with one line for each cause, however often it was told', () => {
    const later = new Date(AT.getTime() + 5_000);
    const groups = groupAlerts([
      alertOf('object-lost', { severity: 'critical', at: AT }),
      alertOf('rtc-off', { severity: 'warning', at: new Date(AT.getTime() + 1_000) }),
      alertOf('object-lost', { severity: 'critical', at: later }),
    ]);
    expect(groups.map(({ latest, times }) => [latest.data.code, times])).toEqual([
      ['object-lost', 2],
      ['rtc-off', 1],
    ]);
    expect(groups[0]).toMatchObject({ firstAt: AT.toISOString(), latest: { time: later.toISOString() } });
  });

  it.each([
    ['takes everything of a chosen severity', {}, true],
    ['leaves out another severity', { severities: new Set(['info']) }, false],
    ['knows the buckets of a pair', { pair: 'orders' }, true],
    ['leaves out buckets of no pair', { pair: 'ledger' }, false],
    ['finds part of a key, in any case', { text: ' INVOICE ' }, true],
    ['finds evidence', { text: 'kR2ba4gFDNE' }, true],
    ['leaves out what does not contain the text', { text: 'absent' }, false],
  ])('%s', (_, change, wanted) => {
    expect(isWanted(group(), { ...filter, ...change }, bucketsOf)).toBe(wanted);
  });
});

describe('quantities', () => {
  it.each([
    [formatBytes(0), '0 B'],
    [formatBytes(1_536), '1.5 KiB'],
    [formatBytes(300 * 2 ** 20), '300 MiB'],
    [formatDuration(0), '0 s'],
    [formatDuration(89_000), '89 s'],
    [formatDuration(35 * 60_000), '35 min'],
    [formatDuration(125 * 60_000), '2 h 5 min'],
    [formatDuration(3 * 86_400_000), '3 d'],
    [formatShare(0), '0 %'],
    [formatShare(0.001), '< 1 %'],
    [formatShare(0.91), '91 %'],
  ])('are %s', (shown, expected) => {
    expect(shown.replaceAll('\u00A0', ' ')).toBe(expected);
  });
});
