import type { AlertEvent } from '../../src/model/alert.ts';
import type { Severity } from '../../src/model/action.ts';
import type { FindingCode } from '../../src/model/finding.ts';
import { FIRST_NOTICE } from '../support/alerts.ts';
import type { Feed } from '../../src/console/feed.ts';
import type { AccessPointView, AuditView, KmsView, LaneView, LinkView, StackView } from '../../src/console/view.ts';

export const SCENES = ['empty', 'healthy', 'burning'] as const;
export type Scene = (typeof SCENES)[number];

const MINUTE_MS = 60_000;
const LAG = { p50Ms: 4_200, p90Ms: 9_000, p99Ms: 38_000, maxMs: 61_000, minutes: 58 };

/** Fills a feed with what the console would see of a system in this state. */
export function play(scene: Scene, feed: Feed, now: Date): void {
  const before = (minutes: number): Date => new Date(now.getTime() - minutes * MINUTE_MS);
  feed.publish({
    kind: 'about',
    about: {
      stage: 'prod',
      pairs: ['orders', 'ledger'],
      accessPoints: scene === 'empty' ? [] : ['orders'],
      audits: scene === 'empty' ? [] : ['orders-weekly', 'ledger-nightly'],
    },
  });
  if (scene === 'empty') {
    feed.publish({ kind: 'links', at: now.toISOString(), links: LINKS.map((link) => unknownLink(link)) });
    feed.publish({ kind: 'stacks', at: now.toISOString(), stacks: REGIONS.map((region) => absentStack(region)) });
    feed.publish({
      kind: 'keys',
      at: now.toISOString(),
      regions: [{ ...KEYS, minutes: [], unknown: 'access-denied' }],
    });
    const why = 'no stack of stage prod is there';
    feed.publish({ kind: 'troubles', troubles: REGIONS.map((region) => ({ what: `alerts of ${region}`, why })) });
    return;
  }
  for (let minutes = 110; minutes >= 0; minutes -= 1) {
    const at = before(minutes);
    const links = LINKS.map((link, index) => linkAt(link, { index, at, burning: scene === 'burning', minutes }));
    feed.publish({ kind: 'links', at: at.toISOString(), links });
  }
  const stacks = REGIONS.map((region) => stackAt(region, scene, now));
  feed.publish({ kind: 'stacks', at: now.toISOString(), stacks });
  feed.publish({
    kind: 'keys',
    at: now.toISOString(),
    regions: [{ ...KEYS, quotaPerSecond: 20_000, minutes: loads(scene, now) }],
  });
  feed.publish({ kind: 'routes', at: now.toISOString(), accessPoints: [accessPointAt(scene, before)] });
  feed.publish({ kind: 'audits', at: now.toISOString(), audits: auditsAt(scene, before) });
  feed.addAlerts(alertsOf(scene, before));
}

function auditsAt(scene: Scene, before: (minutes: number) => Date): readonly AuditView[] {
  const burning = scene === 'burning';
  const root = '4be1c0d3'.repeat(8);
  const report = 's3://holdfast-prod-reports-111122223333-us-east-1/audits/orders-weekly/20261118T030000Z-0a1b2c/';
  const weekly = {
    run: '20261118T030000Z-0a1b2c',
    startedAt: before(4_000).toISOString(),
    shards: { done: 240, all: 240 },
    versions: 184_210_338,
    bytes: 61_203_004_112_900,
    findings: burning ? 14 : 0,
    violated: burning ? 9 : 0,
    dollars: 1.84,
  };
  const nightly = {
    ...weekly,
    startedAt: before(1_130).toISOString(),
    run: '20261121T010000Z-77d0aa',
    versions: 2_310_455,
    bytes: 880_112_002_330,
    dollars: 0.02,
  };
  const running = { phase: 'running', shards: { done: 61, all: 240 }, versions: 47_200_110, dollars: 0.47 } as const;
  return [
    {
      name: 'orders-weekly',
      pair: 'orders',
      schedule: 'cron(0 3 ? * WED *)',
      state: burning ? 'violated' : 'under-way',
      ...(burning
        ? {}
        : {
            running: {
              ...weekly,
              ...running,
              perSecond: 19_400,
              share: 0.256,
              leftMs: 6_900_000,
              findings: 0,
              violated: 0,
            },
          }),
      last: { ...weekly, outcome: burning ? 'violated' : 'proved', tookMs: 9_400_000, root, report },
      nextAt: before(-6_080).toISOString(),
    },
    {
      name: 'ledger-nightly',
      pair: 'ledger',
      schedule: 'rate(1 day)',
      state: burning ? 'overdue' : 'proved',
      last: burning
        ? {
            ...nightly,
            shards: { done: 0, all: 0 },
            versions: 0,
            bytes: 0,
            findings: 0,
            violated: 0,
            dollars: 0,
            outcome: 'refused',
            tookMs: 31_000,
            reason: 'the quote of $14.20 is above the budget of $10.00',
          }
        : { ...nightly, findings: 0, violated: 0, outcome: 'proved', tookMs: 420_000, root, report },
      ...(burning ? { overdueSince: before(2_900).toISOString() } : {}),
      nextAt: before(-310).toISOString(),
    },
  ];
}

const REGIONS = ['eu-west-1', 'us-east-1'] as const;
const KEYS = { region: 'us-east-1', buckets: ['orders-use1'] } satisfies Partial<KmsView>;

type Bare = Pick<LinkView, 'id' | 'pair' | 'source' | 'destination'>;

const LINKS: readonly Bare[] = [
  bare('orders', ['orders-use1', 'us-east-1'], ['orders-euw1', 'eu-west-1']),
  bare('ledger', ['ledger-use1', 'us-east-1'], ['ledger-euw1', 'eu-west-1']),
  bare('ledger', ['ledger-euw1', 'eu-west-1'], ['ledger-use1', 'us-east-1']),
];

function bare(pair: string, from: readonly [string, string], to: readonly [string, string]): Bare {
  return {
    id: `${pair}/${from[0]}/${to[0]}`,
    pair,
    source: { bucket: from[0], region: from[1] },
    destination: { bucket: to[0], region: to[1] },
  };
}

function unknownLink(link: Bare): LinkView {
  return { ...link, state: 'unknown', bulk: false, notes: ['checkpoint: no stack of stage prod is there'] };
}

function linkAt(
  link: Bare,
  {
    index,
    at,
    burning,
    minutes,
  }: { readonly index: number; readonly at: Date; readonly burning: boolean; readonly minutes: number },
): LinkView {
  const unknown = burning && index === 1 && minutes < 12;
  if (unknown) return { ...unknownLink(link), checkpointAgeMs: (12 - minutes) * MINUTE_MS, notes: [] };
  const storm = burning && index === 0 && minutes < 35 ? (35 - minutes) * 640 : 0;
  const quiet = Math.max(0, Math.round(3 + 3 * Math.sin(minutes / 5 + index) + (minutes % 7 === index ? 4 : 0)));
  const versions = storm + (index === 2 ? 0 : quiet);
  const oldestMs = storm > 0 ? (35 - minutes) * MINUTE_MS : versions * 1_700;
  const oldest = versions === 0 ? {} : { oldestMs };
  return {
    ...link,
    state: storm > 0 ? 'overdue' : versions === 0 ? 'settled' : 'on-its-way',
    backlog: { by: 'checkpoint', versions, bytes: versions * 48_000, ...oldest, asOf: at.toISOString() },
    atRisk: {
      versions,
      bytes: versions * 48_000,
      completeUpTo: new Date(at.getTime() - 130_000).toISOString(),
      ...(index === 2 ? {} : { tail: { versions: 210, bytes: 9_000_000, overMs: 130_000 } }),
    },
    lag: storm > 0 ? { ...LAG, p99Ms: 31 * MINUTE_MS } : LAG,
    ...(index === 0 ? { s3Lag: { ...LAG, p50Ms: 12_000, p99Ms: 65_000 }, failed: burning ? 14 : 0 } : {}),
    bulk: storm > 10_000,
    notes: [],
  };
}

function accessPointAt(scene: Scene, before: (minutes: number) => Date): AccessPointView {
  const burning = scene === 'burning';
  const answered = '3 of 3 observers had answers in the last five rounds';
  return {
    name: 'orders',
    mode: burning ? 'advise' : 'automatic',
    buckets: [
      {
        bucket: 'orders-use1',
        region: 'us-east-1',
        traffic: 'active',
        health: burning ? 'unhealthy' : 'healthy',
        because: burning ? '2 of 2 observers outside it had no answer in 4 of 5 rounds' : answered,
      },
      { bucket: 'orders-euw1', region: 'eu-west-1', traffic: 'passive', health: 'healthy', because: answered },
    ],
    ...(burning ? { advice: 'A person should switch to eu-west-1: holdfast failover orders --to eu-west-1' } : {}),
    freezes: burning ? [{ reason: 'mass-delete under in/2026/', until: before(-55).toISOString() }] : [],
    changes: burning
      ? []
      : [
          {
            at: before(9_000).toISOString(),
            what: 'failback to us-east-1',
            by: 'a person',
            state: 'effective',
            tookMs: 71_000,
          },
        ],
    notes: [],
  };
}

function absentStack(region: string): StackView {
  return { region, alive: 'unknown', lanes: [], unknown: 'no stack of stage prod is there' };
}

function stackAt(region: string, scene: Scene, now: Date): StackView {
  const burning = scene === 'burning';
  const silent = burning && region === 'us-east-1';
  const lane = (name: string, change: Partial<LaneView> = {}): LaneView => {
    return { lane: name, waiting: 0, inFlight: 0, delayed: 0, deadLetters: 0, ...change };
  };
  return {
    region,
    alive: silent ? 'no' : 'yes',
    heartbeatAt: new Date(now.getTime() - (silent ? 9 * MINUTE_MS : 24_000)).toISOString(),
    lanes: [
      lane('signals', silent ? { waiting: 48_213, inFlight: 50, oldestMs: 17 * MINUTE_MS } : { inFlight: 2 }),
      lane('looks', { waiting: 12, delayed: 1_904, oldestMs: 45_000 }),
      lane('reads', { waiting: burning ? 311 : 0, inFlight: 4, deadLetters: silent ? 3 : 0 }),
      lane('peer'),
      lane('poison', silent ? { waiting: 2 } : {}),
    ],
  };
}

function loads(scene: Scene, now: Date): KmsView['minutes'] {
  return Array.from({ length: 55 }, (_, index) => {
    const quiet = 0.14 + 0.03 * Math.sin(index / 4);
    const ramp = scene === 'burning' && index > 30 ? (index - 30) * 0.031 : 0;
    return { at: new Date(now.getTime() - (57 - index) * MINUTE_MS).toISOString(), load: quiet + ramp };
  });
}

/** An alert as the stacks publish it. */
export function alertOf(
  code: FindingCode,
  {
    severity,
    at,
    key = 'in/2026/11/invoice-0042.pdf',
    index = 0,
  }: {
    readonly severity: Severity;
    readonly at: Date;
    readonly key?: string;
    readonly index?: number;
  },
): AlertEvent {
  const object = { bucket: 'orders-use1', region: 'us-east-1', key, versionId: '3sL4kqtJlcpXroDTDmJ' };
  return {
    specversion: '1.0',
    id: `${code}-${index}`,
    source: 'urn:holdfast:us-east-1',
    type: 'holdfast.alert.v1',
    subject: `s3://orders-use1/${key}?versionId=3sL4kqtJlcpXroDTDmJ`,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data: {
      ...FIRST_NOTICE,
      fingerprint: `f-${code}-${index}`,
      state: 'opened',
      severity,
      verdict: severity === 'info' ? 'verified' : 'violated',
      code,
      family: 'integrity',
      title: `[${severity}] ${code}`,
      subject: { kind: 'object-version', object },
      basis: 'computed-checksum',
      proves: 'stored',
      evidence: { algorithm: 'CRC64NVME', expected: 'kR2ba4gFDNE=', computed: '0aZ6Mb9cPfI=', sizeBytes: 48_213 },
      ...(severity === 'critical'
        ? {
            remedy: {
              who: 'owner of the source bucket',
              what: 'Write the version again from where it came; its replica still has the right bytes.',
              commands: [
                `aws s3api copy-object --copy-source 'orders-euw1/${key}?versionId=3sL4kqtJlcpXroDTDmJ' --bucket orders-use1 --key '${key}'`,
              ],
            },
          }
        : {}),
      event: { name: 'ObjectCreated:Put', at: at.toISOString() },
    },
  };
}

function alertsOf(scene: Scene, before: (minutes: number) => Date): readonly AlertEvent[] {
  const verified = Array.from({ length: 24 }, (_, index) =>
    alertOf('content-verified', { severity: 'info', at: before(100 - index * 4), key: `in/part-${index}.bin`, index }),
  );
  if (scene === 'healthy') return verified;
  const burning: readonly (readonly [FindingCode, Severity, string, number])[] = [
    ['bucket-key-off', 'warning', 'in/ audit/', 96],
    ['replication-failed', 'warning', 'in/2026/11/é ～ 😀.csv', 44],
    ['kms-headroom-low', 'warning', 'in/', 14],
    ['replica-overdue', 'critical', 'in/2026/11/22/x.parquet', 12],
    ['monitor-silent', 'critical', 'in/', 6],
    ['content-differs-from-checksum', 'critical', 'in/2026/11/invoice-0042.pdf', 3],
    ['replica-content-differs', 'critical', `in/${'long/'.repeat(30)}name.bin`, 1],
  ];
  return [
    ...verified,
    ...burning.map(([code, severity, key, minutes]) =>
      aboutThePlace(alertOf(code, { severity, at: before(minutes), key })),
    ),
  ];
}

/** Not every finding is about an object. */
function aboutThePlace(alert: AlertEvent): AlertEvent {
  const { data } = alert;
  const region = 'us-east-1';
  if (data.code === 'monitor-silent') {
    return { ...alert, subject: `monitor in ${region}`, data: { ...data, subject: { kind: 'monitor', region } } };
  }
  if (data.code === 'kms-headroom-low') {
    const subject = { kind: 'kms-key', keyArn: '*', region } as const;
    return { ...alert, subject: `KMS in ${region}`, data: { ...data, subject } };
  }
  if (data.code !== 'replica-overdue') return alert;
  const subject = { kind: 'pair', pair: 'orders', region, source: 'orders-use1', destination: 'orders-euw1' } as const;
  return { ...alert, subject: 'pair orders: orders-use1 to orders-euw1', data: { ...data, subject } };
}
