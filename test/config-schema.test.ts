import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkConfig, parseConfig } from '../src/config-schema.ts';
import { formatProblem } from '../src/config/problems.ts';
import { HoldfastError } from '../src/errors.ts';
import { DEFAULT_CONFIG } from '../src/config.ts';

const EXAMPLE = readFileSync(new URL('../holdfast.example.yml', import.meta.url), 'utf8');

const MRAP_ARN = 'arn:aws:s3::111122223333:accesspoint/m.mrap';
const USE1 = `{bucket: use1, region: us-east-1, account: '111122223333'}`;
const USE1B = `{bucket: use1-b, region: us-east-1, account: '111122223333'}`;
const EUW1 = `{bucket: euw1, region: eu-west-1, account: '444455556666'}`;
const PAIRS = `pairs: {p: {source: ${USE1}, destinations: [${EUW1}]}}`;

function problemsOf(text: string): readonly string[] {
  return checkConfig(text).problems.map(({ path, message, fix }) =>
    formatProblem({ path, message, ...(fix === undefined ? {} : { fix }) }),
  );
}

/** A pair with these members besides its buckets. */
function pairWith(members: string): string {
  return `version: 1\npairs: {p: {source: ${USE1}, destinations: [${EUW1}], ${members}}}`;
}

function mrapWith(members: string, pairs = PAIRS): string {
  return `version: 1\n${pairs}\nmraps: {m: {arn: '${MRAP_ARN}', pairs: [p], ${members}}}`;
}

function verifyWith(...rules: readonly string[]): string {
  return `version: 1\n${PAIRS}\nverify: [${rules.map((rule) => `{${rule}}`).join(', ')}]`;
}

function alertsWith(members: string): string {
  return `version: 1\nalerts: {${members}}`;
}

describe('parseConfig', () => {
  it('reads the example', () => {
    const config = parseConfig(EXAMPLE);
    expect(config.pairs.map(({ name }) => name)).toEqual(['orders', 'archive']);
    expect(config.mraps[0]?.failover).toEqual({
      mode: 'advise',
      rpoMs: 900_000,
      coolDownMs: 1_800_000,
      quorum: 2,
      confirmations: 3,
      window: 5,
      flaps: 2,
    });
    expect(config.verify[2]).toEqual({
      bucket: 'archive-use1',
      prefix: 'backup/',
      evidence: 'computed-checksum',
      readUpToBytes: 2 * 1024 ** 4,
      declared: [
        {
          from: 'metadata',
          name: 'sha256',
          algorithm: 'SHA256',
          encoding: 'hex',
          of: 'content',
          allowContentEncoding: false,
        },
        {
          from: 'side-file',
          suffix: '.sha256',
          algorithm: 'SHA256',
          encoding: 'hex',
          of: 'content',
          allowContentEncoding: false,
        },
      ],
    });
    expect(config.verify[0]?.everyMs).toBe(90 * 86_400_000);
    expect(config.alerts.subscriptions).toEqual([
      { protocol: 'email', endpoint: 'storage@example.com', severity: 'critical' },
      { protocol: 'sqs', endpoint: 'arn:aws:sqs:us-east-1:111122223333:alerts' },
    ]);
  });

  it('resolves who hears of what, and when nobody does', () => {
    const { alerts } = parseConfig(
      `version: 1
pairs: {p: {source: ${USE1}}}
alerts:
  subscriptions: [{protocol: email, endpoint: me@example.com, pair: p, family: pressure}]
  maintenance:
    - {from: "2026-11-02T08:00:00+01:00", until: 2026-11-02T12:00:00Z, reason: move}
    - {from: 2026-12-02T08:00:00Z, until: 2026-12-02T12:00Z, pairs: [p], reason: again}`,
    );
    expect(alerts).toEqual({
      severity: 'warning',
      subscriptions: [{ protocol: 'email', endpoint: 'me@example.com', pair: 'p', family: 'pressure' }],
      maintenance: [
        { from: '2026-11-02T07:00:00.000Z', until: '2026-11-02T12:00:00.000Z', reason: 'move' },
        { from: '2026-12-02T08:00:00.000Z', until: '2026-12-02T12:00:00.000Z', pairs: ['p'], reason: 'again' },
      ],
    });
  });

  it('fills in what is left out', () => {
    expect(parseConfig('version: 1')).toEqual(DEFAULT_CONFIG);
    expect(parseConfig(`version: 1\npairs: {p: {source: ${USE1}}}`).pairs).toEqual([
      {
        name: 'p',
        source: { bucket: 'use1', region: 'us-east-1', account: '111122223333', kmsKeys: [] },
        destinations: [],
        twoWay: false,
        followUp: 'every',
        match: 'version',
        lookAfterMs: [60_000, 300_000, 900_000, 3_600_000, 14_400_000, 43_200_000, 86_400_000],
        expect: {
          storageClass: 'same',
          encryption: 'same',
          kmsKey: 'any',
          owner: 'same',
          deleteMarkers: 'same',
          lifecycle: 'same',
        },
      },
    ]);
  });

  it.each([
    ['no observers', '', 1],
    ['three observers', 'observers: [us-east-1, eu-west-1, eu-north-1]', 2],
    ['four observers', 'observers: [us-east-1, eu-west-1, eu-north-1, eu-west-2]', 3],
  ])('takes a majority of %s for the quorum', (_, members, quorum) => {
    expect(parseConfig(mrapWith(members)).mraps[0]?.failover).toEqual({
      mode: 'off',
      rpoMs: 900_000,
      coolDownMs: 1_800_000,
      quorum,
      confirmations: 3,
      window: 5,
      flaps: 2,
    });
  });

  it('accepts automatic failover with three observers and a witness without a bucket', () => {
    const members = 'observers: [us-east-1, eu-west-1, eu-north-1], witness: eu-north-1, failover: {mode: automatic}';
    expect(parseConfig(mrapWith(members)).mraps[0]).toMatchObject({
      witness: 'eu-north-1',
      failover: { mode: 'automatic' },
    });
  });

  it('reads JSON as well, which is YAML', () => {
    expect(parseConfig('{"version": 1}')).toEqual(DEFAULT_CONFIG);
  });

  it('returns what cannot be changed and is the same after JSON', () => {
    const config = parseConfig(EXAMPLE);
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
    expect(() => Object.assign(config.pairs[0]?.source ?? {}, { region: 'x' })).toThrow(TypeError);
  });

  it('throws one error that lists every problem', () => {
    const message =
      'line 1, column 10: version: expected 1, got the number 2\nline 2, column 7: pair: unknown name; did you mean `pairs`?';
    expect(() => parseConfig('version: 2\npair: {}')).toThrow(
      new HoldfastError('invalid-config', 'parseConfig', message),
    );
  });
});

describe('what checkConfig says', () => {
  it.each<[string, string, readonly string[]]>([
    ['an empty file', '', ['the file is empty; begin with `version: 1`']],
    ['a list', '- 1', ['expected a mapping, got a list']],
    ['a word', 'yes', ["expected a mapping, got 'yes'"]],
    ['no version', '{}', ['version: is missing']],
    ['a quoted version', "version: '1'", ["version: expected 1, got '1'; take off the quotes"]],
    ['two documents', 'version: 1\n---\nversion: 1', ['expected one document, got several']],
    ['a name twice', 'version: 1\nversion: 1', ['map keys must be unique']],
    ['a reserved name', 'version: 1\n__proto__: {}', ['the name __proto__ is not allowed']],
    ['an alias of nothing', 'version: *x', ['unresolved alias (the anchor must be set before the alias): x']],
    ['an unknown name', 'version: 1\nzzzzzz: 1', ['zzzzzz: unknown name']],
    ['a list of pairs', 'version: 1\npairs: []', ['pairs: expected a mapping, got a list']],
    ['a number for a pair', 'version: 1\npairs: {p: 1}', ['pairs.p: expected a mapping, got the number 1']],
    ['a number for pairs', 'version: 1\npairs: 5', ['pairs: expected a mapping, got the number 5']],
    [
      'a list for a source',
      'version: 1\npairs: {p: {source: [{bucket: b}]}}',
      ['pairs.p.source: expected a mapping, got a list'],
    ],
    [
      'a bad name',
      `version: 1\npairs: {Orders Ü: {source: ${USE1}}}`,
      ["pairs['Orders Ü']: expected a name of at most 32 lower-case letters, digits and hyphens, got 'Orders Ü'"],
    ],
    ['a number for a list', pairWith('lookAfter: 5m'), ["pairs.p.lookAfter: expected a list, got '5m'"]],
    ['an empty list', pairWith('lookAfter: []'), ['pairs.p.lookAfter: expected at least one duration, got none']],
    ['a word for a flag', pairWith('twoWay: yes'), ["pairs.p.twoWay: expected true or false, got 'yes'"]],
    [
      'a misspelt word',
      pairWith('followUp: sample'),
      ["pairs.p.followUp: expected every, sampled or failures-only, got 'sample'; did you mean `sampled`?"],
    ],
    ['a misspelt name', pairWith('folowup: every'), ['pairs.p.folowup: unknown name; did you mean `followUp`?']],
    [
      'a misspelt name further down',
      pairWith('expect: {kmskey: any}'),
      ['pairs.p.expect.kmskey: unknown name; did you mean `kmsKey`?'],
    ],
    [
      'a storage class in lower case',
      pairWith('expect: {storageClass: glacier}'),
      ["pairs.p.expect.storageClass: expected `same`, `any` or a storage class such as `STANDARD_IA`, got 'glacier'"],
    ],
    [
      'a duration without unit',
      pairWith('lookAfter: [15]'),
      [
        'pairs.p.lookAfter[0]: expected a duration from 1s to 14d such as `15m`, got the number 15; add a unit: `15s`, `15m`, …',
      ],
    ],
    [
      'a duration that is too long',
      pairWith('lookAfter: [15d]'),
      ["pairs.p.lookAfter[0]: expected a duration from 1s to 14d such as `15m`, got '15d'"],
    ],
    [
      'ages that do not ascend',
      pairWith('lookAfter: [1m, 1h, 60m]'),
      ['pairs.p.lookAfter[2]: is not longer than the one before'],
    ],
    [
      'a bucket twice in a pair',
      `version: 1\npairs: {p: {source: ${USE1}, destinations: [${USE1}]}}`,
      ["pairs.p.destinations[0].bucket: 'use1' is in this pair twice"],
    ],
    [
      'a pair twice',
      `version: 1\npairs: {p: {source: ${USE1}, destinations: [${EUW1}]}, q: {source: ${EUW1}, destinations: [${USE1}]}}`,
      ['pairs.q.destinations[0]: euw1 and use1 are a pair already: p; for both directions use `twoWay: true`'],
    ],
    [
      'two ways to nowhere',
      `version: 1\npairs: {p: {source: ${USE1}, twoWay: true}}`,
      ['pairs.p.twoWay: is true, but there is no destination'],
    ],
    [
      'a bucket in two Regions',
      `version: 1\npairs: {p: {source: ${USE1}}, q: {source: ${USE1.replace('us-east-1', 'us-east-2')}}}`,
      ["pairs.q.source.region: 'use1' has us-east-1 elsewhere and us-east-2 here"],
    ],
    [
      'a bucket of two accounts',
      `version: 1\npairs: {p: {source: ${USE1}}, q: {source: ${USE1.replace('1111', '9999')}}}`,
      ["pairs.q.source.account: 'use1' has 111122223333 elsewhere and 999922223333 here"],
    ],
    [
      'an access point with an unknown pair',
      mrapWith('', PAIRS.replace('p:', 'orders:')).replace('[p]', '[ordres]'),
      ["mraps.m.pairs[0]: there is no pair 'ordres'; did you mean `orders`?"],
    ],
    [
      'two buckets in one Region',
      mrapWith('').replace('[p]', '[p, q]').replace('pairs: {', `pairs: {q: {source: ${USE1B}}, `),
      ["mraps.m.pairs[1]: has a second bucket in us-east-1: 'use1' and 'use1-b'"],
    ],
    [
      'an observer twice',
      mrapWith('observers: [us-east-1, us-east-1]'),
      ['mraps.m.observers[1]: us-east-1 is listed twice'],
    ],
    [
      'a witness that does not observe',
      mrapWith('observers: [us-east-1], witness: eu-north-1'),
      ['mraps.m.witness: eu-north-1 is not one of the observers'],
    ],
    [
      'a quorum that cannot be',
      mrapWith('observers: [us-east-1], failover: {quorum: 2}'),
      ['mraps.m.failover.quorum: 2 cannot agree among 1 observers'],
    ],
    [
      'a quorum of none',
      mrapWith('failover: {quorum: 0}'),
      ['mraps.m.failover.quorum: expected a whole number from 1 to 20, got the number 0'],
    ],
    [
      'automatic failover with nobody',
      mrapWith('failover: {mode: automatic}'),
      [
        'mraps.m.failover.mode: automatic needs observers in three Regions, got 0; use `advise` until then',
        'mraps.m.failover.mode: automatic needs a witness; use `advise` until then',
      ],
    ],
    [
      'automatic failover with two observers',
      mrapWith('failover: {mode: automatic}, observers: [us-east-1, eu-north-1], witness: eu-north-1'),
      ['mraps.m.failover.mode: automatic needs observers in three Regions, got 2; use `advise` until then'],
    ],
    [
      'more confirmations than probes',
      mrapWith('observers: [us-east-1], failover: {confirmations: 4, window: 3}'),
      ['mraps.m.failover.confirmations: 4 of the last 3 probes can never fail; make `window` larger'],
    ],
    [
      'an active Region without a bucket',
      mrapWith('active: [us-east-1, eu-north-1]'),
      ['mraps.m.active[1]: the access point has no bucket in eu-north-1'],
    ],
    ['no active Region', mrapWith('active: []'), ['mraps.m.active: expected at least one Region, got none']],
    [
      'automatic failover by one observer alone',
      mrapWith(
        'failover: {mode: automatic, quorum: 1}, observers: [us-east-1, eu-west-1, eu-north-1], witness: eu-north-1',
      ),
      ['mraps.m.failover.quorum: automatic needs two observers that agree: one alone may be cut off; use 2 or more'],
    ],
    [
      'automatic failover by observers in the Region that fails',
      mrapWith(
        'failover: {mode: automatic, quorum: 3}, observers: [us-east-1, eu-west-1, eu-north-1], witness: eu-north-1',
      ),
      [
        'mraps.m.failover.quorum: 3 cannot agree when us-east-1 is out: 2 observers are left',
        'mraps.m.failover.quorum: 3 cannot agree when eu-west-1 is out: 2 observers are left',
      ],
    ],
    [
      'automatic failover with a witness that hosts',
      mrapWith('failover: {mode: automatic}, observers: [us-east-1, eu-west-1, eu-north-1], witness: eu-west-1'),
      [
        "mraps.m.witness: automatic needs a witness without a bucket, but eu-west-1 has 'euw1'; use `advise` until then",
      ],
    ],
    [
      'no pair behind an access point',
      mrapWith('').replace('[p]', '[]'),
      ['mraps.m.pairs: expected at least one pair, got none'],
    ],
    [
      'another ARN',
      mrapWith('').replace(MRAP_ARN, 'm.mrap'),
      ["mraps.m.arn: expected the ARN of a Multi-Region Access Point, got 'm.mrap'"],
    ],
    [
      'a prefix without slash',
      verifyWith('prefix: s3://use1'),
      [
        "verify[0].prefix: expected a prefix such as `s3://bucket/` or `s3://bucket/logs/`, got 's3://use1'; write `s3://use1/`",
      ],
    ],
    [
      'a prefix that is none',
      verifyWith('prefix: logs/'),
      ["verify[0].prefix: expected a prefix such as `s3://bucket/` or `s3://bucket/logs/`, got 'logs/'"],
    ],
    [
      'a prefix of an unknown bucket',
      verifyWith('prefix: s3://ues1/'),
      ["verify[0].prefix: 'ues1' is in no pair; did you mean `use1`?"],
    ],
    [
      'a prefix of a bucket far from any',
      verifyWith('prefix: s3://something-else/'),
      ["verify[0].prefix: 'something-else' is in no pair"],
    ],
    [
      'a prefix twice',
      verifyWith('prefix: s3://use1/', 'prefix: s3://use1/'),
      ["verify[1].prefix: 's3://use1/' has a rule already"],
    ],
    [
      'a decimal size',
      verifyWith('prefix: s3://use1/, readUpTo: 64 MB'),
      [
        "verify[0].readUpTo: expected a size from 1 KiB to 64 TiB such as `64 MiB`, got '64 MB'; units are B, KiB, MiB, GiB and TiB",
      ],
    ],
    [
      'a size that is too small',
      verifyWith('prefix: s3://use1/, readUpTo: 1 B'),
      ["verify[0].readUpTo: expected a size from 1 KiB to 64 TiB such as `64 MiB`, got '1 B'"],
    ],
    [
      'another interval',
      verifyWith('prefix: s3://use1/, every: sometimes'),
      ["verify[0].every: expected `never` or a duration from 1h to 3650d such as `30d`, got 'sometimes'"],
    ],
    [
      'a digest from somewhere',
      verifyWith('prefix: s3://use1/, declared: [{from: metdata}]'),
      ["verify[0].declared[0].from: expected metadata, side-file or manifest, got 'metdata'; did you mean `metadata`?"],
    ],
    [
      'a digest that is no mapping',
      verifyWith('prefix: s3://use1/, declared: [sha256]'),
      ["verify[0].declared[0]: expected a mapping, got 'sha256'"],
    ],
    [
      'a metadata header',
      verifyWith('prefix: s3://use1/, declared: [{from: metadata, name: x-amz-meta-md5, algorithm: MD5}]'),
      ["verify[0].declared[0].name: expected a name in lower case without `x-amz-meta-`, got 'x-amz-meta-md5'"],
    ],
    [
      'an algorithm in lower case',
      verifyWith('prefix: s3://use1/, declared: [{from: manifest, key: k, algorithm: sha-256}]'),
      [
        "verify[0].declared[0].algorithm: expected CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512, MD5, XXHASH64, XXHASH3 or XXHASH128, got 'sha-256'; did you mean `SHA256`?",
      ],
    ],
    [
      'a member of another place',
      verifyWith('prefix: s3://use1/, declared: [{from: manifest, key: k, sufix: .md5, algorithm: MD5}]'),
      ['verify[0].declared[0].sufix: unknown name; did you mean `suffix`?'],
    ],
    [
      'decoding',
      verifyWith(
        'prefix: s3://use1/, declared: [{from: manifest, key: k, algorithm: MD5, of: decoded-content, allowContentEncoding: true}]',
      ),
      ['verify[0].declared[0].allowContentEncoding: cannot be true for decoded-content: nothing is decoded'],
    ],
    [
      'another severity',
      alertsWith('severity: 5'),
      ['alerts.severity: expected info, warning or critical, got the number 5'],
    ],
    [
      'endpoints of another form',
      alertsWith(
        'subscriptions: [{protocol: email, endpoint: me}, {protocol: https, endpoint: "http://x"}, {protocol: sqs, endpoint: q}]',
      ),
      [
        'alerts.subscriptions[0].endpoint: expected an address of e-mail',
        'alerts.subscriptions[1].endpoint: expected a URL that begins with https://',
        'alerts.subscriptions[2].endpoint: expected the ARN of a queue',
      ],
    ],
    [
      'an endpoint that is no text',
      alertsWith('subscriptions: [{protocol: email, endpoint: 5}]'),
      ['alerts.subscriptions[0].endpoint: expected a text'],
    ],
    [
      'a subscription to a pair and a family that there are not',
      alertsWith('subscriptions: [{protocol: email, endpoint: me@example.com, pair: q, family: weather}]'),
      [
        "alerts.subscriptions[0].family: expected integrity, replication, pressure, change, configuration, routing or monitor, got 'weather'",
      ],
    ],
    [
      'a subscription to a pair that there is not',
      alertsWith('subscriptions: [{protocol: email, endpoint: me@example.com, pair: nobody}]'),
      ["alerts.subscriptions[0].pair: there is no pair 'nobody'"],
    ],
    [
      'a maintenance window without an end or a reason',
      alertsWith('maintenance: [{from: 2026-11-02T08:00:00Z}]'),
      ['alerts.maintenance[0].until: is missing', 'alerts.maintenance[0].reason: is missing'],
    ],
    [
      'times that are none',
      alertsWith('maintenance: [{from: 2026-11-02T08:00:00, until: 2026-13-02T08:00:00Z, reason: x}]'),
      [
        "alerts.maintenance[0].from: expected a time with its zone such as `2026-11-02T08:00:00Z`, got '2026-11-02T08:00:00'; write `2026-11-02T08:00:00Z` for UTC",
        "alerts.maintenance[0].until: expected a time with its zone such as `2026-11-02T08:00:00Z`, got '2026-13-02T08:00:00Z'",
      ],
    ],
    [
      'a time that is a number',
      alertsWith('maintenance: [{from: 5, until: 2026-11-02T08:00:00Z, reason: x}]'),
      ['alerts.maintenance[0].from: expected a time with its zone such as `2026-11-02T08:00:00Z`, got the number 5'],
    ],
    [
      'a window that ends before it begins',
      alertsWith('maintenance: [{from: 2026-11-02T08:00:00Z, until: "2026-11-02T09:00:00+01:00", reason: x}]'),
      ['alerts.maintenance[0].until: is not after its beginning'],
    ],
    [
      'a window without end in sight, about a pair that there is not',
      alertsWith('maintenance: [{from: 2026-11-02T08:00:00Z, until: 2027-11-02T08:00:00Z, pairs: [ab], reason: x}]'),
      [
        'alerts.maintenance[0].until: is more than 31 days after its beginning',
        "alerts.maintenance[0].pairs[0]: there is no pair 'ab'",
      ],
    ],
  ])('against %s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it.each<[string, string, string]>([
    [
      'a misspelt Region',
      USE1.replace('us-east-1', 'us-eats-1'),
      "source.region: expected an AWS Region, got 'us-eats-1'; did you mean `us-east-1`?",
    ],
    [
      'no Region at all',
      USE1.replace('us-east-1', 'somewhere'),
      "source.region: expected an AWS Region, got 'somewhere'",
    ],
    [
      'an account without quotes',
      USE1.replace("'111122223333'", '011122223333'),
      "source.account: expected an account of twelve digits in quotes, got the number 11122223333; write '011122223333'",
    ],
    [
      'a short account',
      USE1.replace("'111122223333'", "'1111'"),
      "source.account: expected an account of twelve digits in quotes, got '1111'",
    ],
    [
      'a number that is no account',
      USE1.replace("'111122223333'", '1e13'),
      'source.account: expected an account of twelve digits in quotes, got the number 10000000000000',
    ],
    [
      'a bucket in upper case',
      USE1.replace('use1', 'USE1'),
      "source.bucket: expected the name of a bucket, got 'USE1'",
    ],
    [
      'the ARN of a bucket',
      USE1.replace('use1', "'arn:aws:s3:::use1'"),
      "source.bucket: expected the name of a bucket, got 'arn:aws:s3:::use1'; write only the name behind the last colon",
    ],
    [
      'an alias of a key',
      USE1.replace('}', ", kmsKeys: ['arn:aws:kms:us-east-1:111122223333:alias/a']}"),
      "source.kmsKeys[0]: expected the ARN of a KMS key, got 'arn:aws:kms:us-east-1:111122223333:alias/a'; name the key itself: an alias can be pointed elsewhere",
    ],
    [
      'something else for a key',
      USE1.replace('}', ', kmsKeys: [k]}'),
      "source.kmsKeys[0]: expected the ARN of a KMS key, got 'k'",
    ],
    [
      'a key elsewhere',
      USE1.replace('}', ", kmsKeys: ['arn:aws:kms:eu-west-1:111122223333:key/a-b']}"),
      'source.kmsKeys[0]: is a key in eu-west-1, but the bucket is in us-east-1',
    ],
    ['a null', USE1.replace('use1', 'null'), 'source.bucket: expected the name of a bucket, got nothing'],
    ['a truth', USE1.replace('use1', 'true'), 'source.bucket: expected the name of a bucket, got the word true'],
    ['a mapping', USE1.replace('use1', '{}'), 'source.bucket: expected the name of a bucket, got a mapping'],
    ['a list', USE1.replace('use1', '[]'), 'source.bucket: expected the name of a bucket, got a list'],
    [
      'a long text',
      USE1.replace('use1', 'x'.repeat(64)),
      'source.bucket: expected the name of a bucket, got a long text',
    ],
  ])('against a bucket with %s', (_, bucket, problem) => {
    expect(problemsOf(`version: 1\npairs: {p: {source: ${bucket}}}`)).toEqual([`pairs.p.${problem}`]);
  });

  it('says where, in the order of the text, and goes on after the first', () => {
    const text = `version: 1
verify:
  - prefix: s3://elsewhere/
pairs:
  good:
    source: ${USE1}
  bad:
    source: ${EUW1.replace('eu-west-1', 'eu-west')}
  lonely:
    source: ${USE1B}
    twoWay: true
mraps:
  m: { arn: '${MRAP_ARN}', pairs: [bad, god] }
`;
    expect(checkConfig(text).problems).toEqual([
      {
        path: 'pairs.bad.source.region',
        line: 8,
        column: 36,
        message: "expected an AWS Region, got 'eu-west'",
        fix: 'did you mean `eu-west-1`?',
      },
      { path: 'pairs.lonely.twoWay', line: 11, column: 13, message: 'is true, but there is no destination' },
      {
        path: 'mraps.m.pairs[1]',
        line: 13,
        column: 73,
        message: "there is no pair 'god'",
        fix: 'did you mean `good`?',
      },
    ]);
  });

  it('shows where a syntax error is', () => {
    expect(checkConfig('version: 1\n\tpairs: {}').problems).toEqual([
      { path: '', line: 2, column: 1, message: 'tabs are not allowed as indentation' },
    ]);
  });

  it('gives the place of what something is missing from', () => {
    expect(checkConfig('version: 1\npairs:\n  p: {}').problems).toEqual([
      { path: 'pairs.p.source', line: 3, column: 6, message: 'is missing' },
    ]);
  });

  it('does not unfold a bomb of aliases', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`);
    const { problems } = checkConfig(['version: 1', 'a0: &a0 [x]', ...levels].join('\n'));
    expect(problems).toEqual([{ path: '', message: 'excessive alias count indicates a resource exhaustion attack' }]);
  });
});
