import * as v from 'valibot';
import type { PairDocument } from './document.ts';
import { bucket } from './schema-places.ts';
import { duration, flag, list, mapping, oneOf, text } from './values.ts';

const tolerance = oneOf(['same', 'any']);

/** A bucket and those it is replicated to. */
export const pair: v.GenericSchema<unknown, PairDocument> = mapping({
  source: v.pipe(bucket, v.description('bucket that is written to')),
  destinations: v.optional(
    v.pipe(list(bucket), v.description('buckets it is replicated to; none: the bucket is only verified')),
    [],
  ),
  twoWay: v.optional(v.pipe(flag(), v.description('destinations replicate back to the source')), false),
  followUp: v.optional(
    v.pipe(
      oneOf(['every', 'sampled', 'failures-only']),
      v.description('which versions are followed until they are replicated'),
    ),
    'every',
  ),
  match: v.optional(
    v.pipe(
      oneOf(['version', 'content']),
      v.description('what names a replica: its version ID, or, after a seeding copy, its content'),
    ),
    'version',
  ),
  lookAfter: v.optional(
    v.pipe(
      list(duration('1s', '14d')),
      v.minLength(1, 'expected at least one duration, got none'),
      v.maxLength(20, 'expected at most 20 durations, got more'),
      v.description('ages of a version at which its replicas are looked at, ascending; each 1s to 14d'),
    ),
    ['1m', '5m', '15m', '1h', '4h', '12h', '24h'],
  ),
  expect: v.optional(
    v.pipe(
      mapping({
        storageClass: v.optional(
          v.pipe(
            text(/^(?:same|any|[A-Z][A-Z_]+)$/, '`same`, `any` or a storage class such as `STANDARD_IA`'),
            v.description('storage class of replicas'),
          ),
          'same',
        ),
        encryption: v.optional(v.pipe(tolerance, v.description('kind of encryption of replicas')), 'same'),
        kmsKey: v.optional(
          v.pipe(tolerance, v.description('KMS key of replicas; most keys exist in one Region only')),
          'any',
        ),
        owner: v.optional(v.pipe(tolerance, v.description('owner of replicas')), 'same'),
        deleteMarkers: v.optional(
          v.pipe(tolerance, v.description('delete markers: `any` where they are not replicated')),
          'same',
        ),
        lifecycle: v.optional(v.pipe(tolerance, v.description('what lifecycle rules have done by now')), 'same'),
      }),
      v.description('differences that are meant to be: `any` is counted and not found'),
    ),
    {},
  ),
});
