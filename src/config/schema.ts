import * as v from 'valibot';
import { SEVERITIES } from '../model/action.ts';
import type { ConfigDocument } from './document.ts';
import { nameValue } from './problems.ts';
import { mrap } from './schema-mrap.ts';
import { pair } from './schema-pair.ts';
import { name } from './schema-places.ts';
import { verify } from './schema-verify.ts';
import { list, mapping, oneOf, withFix } from './values.ts';

const alerts = mapping({
  severity: v.optional(v.pipe(oneOf(SEVERITIES), v.description('least severe alert that is published')), 'warning'),
  subscriptions: v.optional(
    v.pipe(
      list(
        mapping({
          protocol: v.pipe(oneOf(['email', 'https', 'sqs']), v.description('how alerts are sent')),
          endpoint: v.pipe(v.string('expected a text'), v.description('address, URL or ARN of the queue')),
          severity: v.optional(
            v.pipe(
              oneOf(SEVERITIES),
              v.description('least severe alert that is sent here; left out: all that are published'),
            ),
          ),
        }),
      ),
      v.description('who gets alerts'),
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
    v.description('version of this format'),
  ),
  pairs: v.optional(
    v.pipe(
      v.record(name, pair, ({ input }) => `expected a mapping, got ${nameValue(input)}`),
      v.description('buckets and those they are replicated to'),
    ),
    {},
  ),
  mraps: v.optional(
    v.pipe(
      v.record(name, mrap, ({ input }) => `expected a mapping, got ${nameValue(input)}`),
      v.description('Multi-Region Access Points'),
    ),
    {},
  ),
  verify: v.optional(
    v.pipe(list(verify), v.description('how objects are verified; without a rule their bytes are read')),
    [],
  ),
  alerts: v.optional(v.pipe(alerts, v.description('who learns of what')), {}),
});
