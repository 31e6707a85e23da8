import * as v from 'valibot';
import type { MrapDocument } from './document.ts';
import { name, region } from './schema-places.ts';
import { count, duration, list, mapping, oneOf, text } from './values.ts';

/** A Multi-Region Access Point. */
export const mrap: v.GenericSchema<unknown, MrapDocument> = mapping({
  arn: v.pipe(
    text(/^arn:aws[a-z-]*:s3::\d{12}:accesspoint\/[a-z0-9]+\.mrap$/, 'the ARN of a Multi-Region Access Point'),
    v.description('ARN of the Multi-Region Access Point'),
  ),
  pairs: v.pipe(
    list(name),
    v.minLength(1, 'expected at least one pair, got none'),
    v.description('pairs whose buckets are behind it'),
  ),
  failover: v.optional(
    v.pipe(
      mapping({
        mode: v.optional(
          v.pipe(oneOf(['off', 'advise', 'automatic']), v.description('what is done when a Region fails')),
          'off',
        ),
        rpo: v.optional(
          v.pipe(
            duration('0s', '7d'),
            v.description(
              'greatest age of the oldest version not yet replicated at which traffic is switched; 0s to 7d',
            ),
          ),
          '15m',
        ),
        coolDown: v.optional(
          v.pipe(duration('5m', '7d'), v.description('least time between two route changes; 5m to 7d')),
          '30m',
        ),
        quorum: v.optional(v.pipe(count(1, 20), v.description('observers that must agree; left out: a majority'))),
        confirmations: v.optional(
          v.pipe(count(2, 10), v.description('failed probes of one observer that count as a failing Region')),
          3,
        ),
        window: v.optional(
          v.pipe(count(2, 10), v.description('last probes of one observer that are looked at; one every 10 seconds')),
          5,
        ),
        flaps: v.optional(
          v.pipe(count(1, 20), v.description('most changes that Holdfast makes by itself within 24 hours')),
          2,
        ),
      }),
      v.description('switching traffic away from a Region'),
    ),
    {},
  ),
  observers: v.optional(v.pipe(list(region), v.description('Regions from which the buckets are probed')), []),
  witness: v.optional(
    v.pipe(
      region,
      v.description(
        'Region that keeps the steering ledger; one of the observers, without a bucket of this access point',
      ),
    ),
  ),
  active: v.optional(
    v.pipe(
      list(region),
      v.minLength(1, 'expected at least one Region, got none'),
      v.description(
        'Regions that take traffic when all is well; left out: those that the first change of routes found',
      ),
    ),
  ),
});
