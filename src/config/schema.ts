import * as v from 'valibot';
import { SEVERITIES } from '../model/action.ts';
import { CHECKSUM_ALGORITHMS } from '../model/checksum.ts';
import { EVIDENCES } from '../model/config.ts';
import type { ConfigDocument } from './document.ts';
import { REGIONS } from './regions.ts';
import { count, didYouMean, duration, flag, list, mapping, oneOf, size, text, withFix } from './values.ts';
import { nameValue } from './problems.ts';

const says = v.description;

const name = text(/^[a-z][a-z0-9-]{0,31}$/, 'a name of at most 32 lower-case letters, digits and hyphens');
const tolerance = oneOf(['same', 'any']);

const region = v.picklist(REGIONS, ({ input }) =>
  withFix(`expected an AWS Region, got ${nameValue(input)}`, didYouMean(input, REGIONS)),
);

const account = text(/^\d{12}$/, 'an account of twelve digits in quotes', (input) =>
  typeof input === 'number' && input < 1e12 ? `write '${String(input).padStart(12, '0')}'` : undefined,
);

const kmsKey = text(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a KMS key', (input) =>
  String(input).includes('alias/') ? 'name the key itself: an alias can be pointed elsewhere' : undefined,
);

const bucket = mapping({
  bucket: v.pipe(
    text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket', (input) =>
      String(input).startsWith('arn:') ? 'write only the name behind the last colon' : undefined,
    ),
    says('name of the bucket'),
  ),
  region: v.pipe(region, says('Region of the bucket')),
  account: v.pipe(account, says('account that owns the bucket; in quotes')),
  kmsKeys: v.optional(v.pipe(list(kmsKey), says("KMS keys that Holdfast's roles may decrypt with")), []),
});

const pair = mapping({
  source: v.pipe(bucket, says('bucket that is written to')),
  destinations: v.optional(
    v.pipe(list(bucket), says('buckets it is replicated to; none: the bucket is only verified')),
    [],
  ),
  twoWay: v.optional(v.pipe(flag(), says('destinations replicate back to the source')), false),
  followUp: v.optional(
    v.pipe(oneOf(['every', 'sampled', 'failures-only']), says('which versions are followed until they are replicated')),
    'every',
  ),
  match: v.optional(
    v.pipe(
      oneOf(['version', 'content']),
      says('what names a replica: its version ID, or, after a seeding copy, its content'),
    ),
    'version',
  ),
  lookAfter: v.optional(
    v.pipe(
      list(duration('1s', '14d')),
      v.minLength(1, 'expected at least one duration, got none'),
      v.maxLength(20, 'expected at most 20 durations, got more'),
      says('ages of a version at which its replicas are looked at, ascending; each 1s to 14d'),
    ),
    ['1m', '5m', '15m', '1h', '4h', '12h', '24h'],
  ),
  expect: v.optional(
    v.pipe(
      mapping({
        storageClass: v.optional(
          v.pipe(
            text(/^(?:same|any|[A-Z][A-Z_]+)$/, '`same`, `any` or a storage class such as `STANDARD_IA`'),
            says('storage class of replicas'),
          ),
          'same',
        ),
        encryption: v.optional(v.pipe(tolerance, says('kind of encryption of replicas')), 'same'),
        kmsKey: v.optional(v.pipe(tolerance, says('KMS key of replicas; most keys exist in one Region only')), 'any'),
        owner: v.optional(v.pipe(tolerance, says('owner of replicas')), 'same'),
        deleteMarkers: v.optional(
          v.pipe(tolerance, says('delete markers: `any` where they are not replicated')),
          'same',
        ),
        lifecycle: v.optional(v.pipe(tolerance, says('what lifecycle rules have done by now')), 'same'),
      }),
      says('differences that are meant to be: `any` is counted and not found'),
    ),
    {},
  ),
});

const mrap = mapping({
  arn: v.pipe(
    text(/^arn:aws[a-z-]*:s3::\d{12}:accesspoint\/[a-z0-9]+\.mrap$/, 'the ARN of a Multi-Region Access Point'),
    says('ARN of the Multi-Region Access Point'),
  ),
  pairs: v.pipe(
    list(name),
    v.minLength(1, 'expected at least one pair, got none'),
    says('pairs whose buckets are behind it'),
  ),
  failover: v.optional(
    v.pipe(
      mapping({
        mode: v.optional(
          v.pipe(oneOf(['off', 'advise', 'automatic']), says('what is done when a Region fails')),
          'off',
        ),
        rpo: v.optional(
          v.pipe(
            duration('0s', '7d'),
            says('greatest age of the oldest version not yet replicated at which traffic is switched; 0s to 7d'),
          ),
          '15m',
        ),
        coolDown: v.optional(
          v.pipe(duration('5m', '7d'), says('least time between two route changes; 5m to 7d')),
          '30m',
        ),
        quorum: v.optional(v.pipe(count(1, 20), says('observers that must agree; left out: a majority'))),
      }),
      says('switching traffic away from a Region'),
    ),
    {},
  ),
  observers: v.optional(v.pipe(list(region), says('Regions from which the buckets are probed')), []),
  witness: v.optional(
    v.pipe(
      region,
      says('Region that keeps the steering ledger; one of the observers, without a bucket of this access point'),
    ),
  ),
});

const declaredOf = {
  algorithm: v.pipe(oneOf(CHECKSUM_ALGORITHMS), says('how the digest was computed')),
  encoding: v.optional(v.pipe(oneOf(['hex', 'base64']), says('how the digest is written')), 'hex'),
  of: v.optional(
    v.pipe(
      oneOf(['content', 'decoded-content']),
      says(
        'of the stored bytes, or of those before their Content-Encoding; the latter is not compared for an encoded object',
      ),
    ),
    'content',
  ),
  allowContentEncoding: v.optional(
    v.pipe(flag(), says('whether it counts for an object with a Content-Encoding')),
    false,
  ),
};

const declared = v.variant(
  'from',
  [
    mapping({
      from: v.literal('metadata'),
      name: v.pipe(
        text(/^(?!x-amz-meta-)[^A-Z\s]+$/, 'a name in lower case without `x-amz-meta-`'),
        says('with `from: metadata`: name of the entry'),
      ),
      ...declaredOf,
    }),
    mapping({
      from: v.literal('side-file'),
      suffix: v.pipe(
        text(/^.+$/, 'a suffix'),
        says('with `from: side-file`: what its key has behind the key of the object'),
      ),
      ...declaredOf,
    }),
    mapping({
      from: v.literal('manifest'),
      key: v.pipe(text(/^.+$/, 'a key'), says('with `from: manifest`: its key in the same bucket')),
      ...declaredOf,
    }),
  ],
  ({ input, expected }) =>
    expected === 'Object'
      ? `expected a mapping, got ${nameValue(input)}`
      : withFix(
          `expected metadata, side-file or manifest, got ${nameValue(input)}`,
          didYouMean(input, ['metadata', 'side-file', 'manifest']),
        ),
);

const verify = mapping({
  prefix: v.pipe(
    text(/^s3:\/\/[a-z0-9.-]+\/[^]*$/, 'a prefix such as `s3://bucket/` or `s3://bucket/logs/`', (input) =>
      /^s3:\/\/[a-z0-9.-]+$/.test(String(input)) ? `write \`${String(input)}/\`` : undefined,
    ),
    says('objects that the rule is for; the longest matching prefix wins'),
  ),
  evidence: v.optional(
    v.pipe(
      oneOf(EVIDENCES),
      says('evidence that an inspection has to reach; only `computed-checksum` reads the bytes'),
    ),
    'computed-checksum',
  ),
  readUpTo: v.optional(
    v.pipe(
      size('1 KiB', '64 TiB'),
      says('larger objects are not read and count as unverifiable; 1 KiB to 64 TiB; left out: no limit'),
    ),
  ),
  declared: v.optional(v.pipe(list(declared), says('digests that somebody declared, and what they are of')), []),
  every: v.optional(
    v.pipe(
      v.union(
        [v.literal('never'), duration('1h', '3650d')],
        ({ input }) => `expected \`never\` or a duration from 1h to 3650d such as \`30d\`, got ${nameValue(input)}`,
      ),
      says('age at which a verification is to be repeated; 1h to 3650d, or `never`'),
    ),
    'never',
  ),
});

const alerts = mapping({
  severity: v.optional(v.pipe(oneOf(SEVERITIES), says('least severe alert that is published')), 'warning'),
  subscriptions: v.optional(
    v.pipe(
      list(
        mapping({
          protocol: v.pipe(oneOf(['email', 'https', 'sqs']), says('how alerts are sent')),
          endpoint: v.pipe(v.string('expected a text'), says('address, URL or ARN of the queue')),
          severity: v.optional(
            v.pipe(oneOf(SEVERITIES), says('least severe alert that is sent here; left out: all that are published')),
          ),
        }),
      ),
      says('who gets alerts'),
    ),
    [],
  ),
});

/** holdfast.yml as it is written. Says what single values may be; rules between them are in `rules.ts`. */
export const CONFIG_SCHEMA: v.GenericSchema<unknown, ConfigDocument> = mapping({
  version: v.pipe(
    v.literal(1, ({ input }) =>
      withFix(`expected 1, got ${nameValue(input)}`, input === '1' ? 'take off the quotes' : undefined),
    ),
    says('version of this format'),
  ),
  pairs: v.optional(
    v.pipe(
      v.record(name, pair, ({ input }) => `expected a mapping, got ${nameValue(input)}`),
      says('buckets and those they are replicated to'),
    ),
    {},
  ),
  mraps: v.optional(
    v.pipe(
      v.record(name, mrap, ({ input }) => `expected a mapping, got ${nameValue(input)}`),
      says('Multi-Region Access Points'),
    ),
    {},
  ),
  verify: v.optional(v.pipe(list(verify), says('how objects are verified; without a rule their bytes are read')), []),
  alerts: v.optional(v.pipe(alerts, says('who learns of what')), {}),
});
