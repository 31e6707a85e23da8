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
});
