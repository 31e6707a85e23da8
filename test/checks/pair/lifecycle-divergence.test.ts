import { describe, expect, it } from 'vitest';
import { lifecycleDivergence } from '../../../src/checks/pair/lifecycle-divergence.ts';
import type { LifecycleRule } from '../../../src/model/bucket-settings.ts';
import { alignLifecycle } from '../../../src/model/aligned-lifecycle.ts';
import { present } from '../../../src/model/observation.ts';
import { ABSENT, aLifecycleRule, anOrdersLink, DENIED, type LinkChanges, somePair } from '../../support/pair-facts.ts';
import { documentIn } from './document-in.ts';

const EXPIRES = aLifecycleRule({ id: 'expires', expiration: { days: 30 } });
const LOGS = aLifecycleRule({ id: 'logs', prefix: 'logs/', expiration: { days: 30 } });
const TO_GLACIER = aLifecycleRule({ id: 'glacier', transitions: [{ days: 30, storageClass: 'GLACIER' }] });
const ABORTS = aLifecycleRule({ id: 'abort', abortUploadsAfterDays: 7 });
const CANARIES = aLifecycleRule({ id: 'canaries', prefix: 'holdfast-canary/', expiration: { days: 1 } });

function change(rule: LifecycleRule, changes: Partial<LifecycleRule>): LifecycleRule {
  return { ...rule, ...changes };
}

function pairWith(source: readonly LifecycleRule[], destination: readonly LifecycleRule[], link: LinkChanges = {}) {
  return somePair({
    link: anOrdersLink(link),
    source: { lifecycle: present(source) },
    destination: { lifecycle: present(destination) },
  });
}

const EARLY = ['replica-expires-early'];
const DIFFERS = ['lifecycle-differs'];

const rows: readonly (readonly [string, readonly LifecycleRule[], readonly LifecycleRule[], readonly string[]])[] = [
  ['nothing on either side', [], [], []],
  ['the same', [EXPIRES, TO_GLACIER], [TO_GLACIER, EXPIRES], []],
  ['expiry at the source only', [EXPIRES], [], DIFFERS],
  ['expiry at the destination only', [], [EXPIRES], EARLY],
  ['earlier expiry', [EXPIRES], [change(EXPIRES, { expiration: { days: 10 } })], EARLY],
  ['later expiry', [EXPIRES], [change(EXPIRES, { expiration: { days: 90 } })], DIFFERS],
  ['expiry of more at the destination', [LOGS], [EXPIRES], EARLY],
  ['expiry of less at the destination', [EXPIRES], [LOGS], DIFFERS],
  ['a narrow rule that a wide one includes', [EXPIRES, LOGS], [EXPIRES], []],
  ['idle rules', [change(EXPIRES, { enabled: false })], [], []],
  ['uploads that are aborted', [ABORTS], [], []],
  ['canaries', [CANARIES], [], []],
  [
    'a date',
    [change(EXPIRES, { expiration: { at: new Date(2_000) } })],
    [change(EXPIRES, { expiration: { at: new Date(1_000) } })],
    EARLY,
  ],
  ['a date against days', [EXPIRES], [change(EXPIRES, { expiration: { at: new Date(1_000) } })], EARLY],
  ['tags', [EXPIRES], [change(EXPIRES, { tags: { a: '1' } })], DIFFERS],
  ['sizes', [EXPIRES], [change(EXPIRES, { largerThanBytes: 5 })], DIFFERS],
  [
    'wider sizes at the destination',
    [change(EXPIRES, { largerThanBytes: 9, smallerThanBytes: 20 })],
    [change(EXPIRES, { largerThanBytes: 5, smallerThanBytes: 30 })],
    EARLY,
  ],
  [
    'noncurrent versions that go earlier',
    [aLifecycleRule({ noncurrentExpiration: { days: 30, newerVersions: 3 } })],
    [aLifecycleRule({ noncurrentExpiration: { days: 30 } })],
    EARLY,
  ],
  [
    'noncurrent versions of which more are kept',
    [aLifecycleRule({ noncurrentExpiration: { days: 30 } })],
    [aLifecycleRule({ noncurrentExpiration: { days: 30, newerVersions: 3 } })],
    DIFFERS,
  ],
  ['lone delete markers', [aLifecycleRule({ expiredDeleteMarker: true })], [], DIFFERS],
  ['transitions', [TO_GLACIER], [], DIFFERS],
  [
    'noncurrent transitions',
    [],
    [aLifecycleRule({ noncurrentTransitions: [{ days: 3, storageClass: 'GLACIER' }] })],
    DIFFERS,
  ],
  ['earlier expiry and transitions', [TO_GLACIER], [EXPIRES], [...EARLY, ...DIFFERS]],
];

describe('lifecycleDivergence', () => {
  it.each(rows)('judges %s', (_, source, destination, expected) => {
    const facts = pairWith(source, destination);
    expect(lifecycleDivergence.run(facts).map(({ code }) => code)).toEqual(expected);
    expect(lifecycleDivergence.applies(facts)).toBe(true);
  });

  it.each(rows)('finds nothing any more once the destination is aligned: %s', (_, source, destination) => {
    const aligned = alignLifecycle(source, destination, true);
    expect(lifecycleDivergence.run(pairWith(source, aligned))).toEqual([]);
    const names = aligned.map(({ id }) => id);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['any lifecycle', pairWith([EXPIRES], [], { expect: { lifecycle: 'any' } })],
    ['the way back', pairWith([EXPIRES], [], { back: true })],
  ])('does not ask where %s is meant', (_, facts) => {
    expect([lifecycleDivergence.applies(facts), lifecycleDivergence.run(facts)]).toEqual([false, []]);
  });

  it('leaves out transitions where replicas are meant to have another class', () => {
    expect(lifecycleDivergence.run(pairWith([TO_GLACIER], [], { expect: { storageClass: 'any' } }))).toEqual([]);
  });

  it.each([
    [somePair({ source: { lifecycle: DENIED } }), 1],
    [somePair({ source: { lifecycle: DENIED }, destination: { lifecycle: DENIED } }), 2],
  ])('guesses nothing that may not be read', (facts, count) => {
    expect(lifecycleDivergence.run(facts).map(({ verdict }) => verdict)).toEqual(Array(count).fill('unverifiable'));
  });

  it('takes no configuration for no rules', () => {
    const facts = somePair({ source: { lifecycle: ABSENT }, destination: { lifecycle: ABSENT } });
    expect(lifecycleDivergence.run(facts)).toEqual([]);
  });

  it('says what is different, for people', () => {
    const dated = change(LOGS, { expiration: { at: new Date(0) } });
    const kept = aLifecycleRule({ noncurrentExpiration: { days: 3, newerVersions: 2 }, expiredDeleteMarker: true });
    const [finding] = lifecycleDivergence.run(pairWith([dated, kept, EXPIRES], []));
    expect(finding?.evidence).toEqual({
      atSource: [
        'expiration at 1970-01-01T00:00:00.000Z of "logs/"',
        'expiration of noncurrent versions after 3 days, keeping 2',
        'removal of lone delete markers',
        'expiration after 30 days',
      ].join('; '),
      atDestination: 'nothing',
    });
  });

  it('makes the destination like the source, and keeps what is its own', () => {
    const mixed = aLifecycleRule({ id: 'mixed', expiration: { days: 3 }, abortUploadsAfterDays: 2 });
    const idle = aLifecycleRule({ id: 'idle', enabled: false, expiration: { days: 1 } });
    const destination = [mixed, idle, CANARIES, change(EXPIRES, { id: 'gone', expiration: { days: 4 } })];
    const source = [change(EXPIRES, { id: 'mixed', abortUploadsAfterDays: 9 }), ABORTS, change(LOGS, { id: '' })];
    const [finding] = lifecycleDivergence.run(pairWith(source, destination));
    expect(documentIn(finding?.remedy?.commands[0])).toEqual({
      Rules: [
        {
          ID: 'mixed',
          Status: 'Enabled',
          Filter: { Prefix: '' },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
        },
        { ID: 'idle', Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } },
        { ID: 'canaries', Status: 'Enabled', Filter: { Prefix: 'holdfast-canary/' }, Expiration: { Days: 1 } },
        { ID: 'mixed-as-source', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 30 } },
        { Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 30 } },
      ],
    });
  });

  it('keeps the ways through the classes where they are not compared', () => {
    const facts = pairWith([change(TO_GLACIER, { expiration: { days: 90 } })], [TO_GLACIER], {
      expect: { storageClass: 'any' },
    });
    const [finding] = lifecycleDivergence.run(facts);
    expect(documentIn(finding?.remedy?.commands[0])).toMatchObject({
      Rules: [
        { ID: 'glacier', Transitions: [{ Days: 30, StorageClass: 'GLACIER' }] },
        { ID: 'glacier-as-source', Expiration: { Days: 90 } },
      ],
    });
  });
});
