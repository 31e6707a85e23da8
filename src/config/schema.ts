import * as v from 'valibot';
import type { ConfigDocument } from './document.ts';
import { nameValue } from './problems.ts';
import { alerts } from './schema-alerts.ts';
import { audit } from './schema-audits.ts';
import { mrap } from './schema-mrap.ts';
import { pair } from './schema-pair.ts';
import { name } from './schema-places.ts';
import { verify } from './schema-verify.ts';
import { list, mapping, withFix } from './values.ts';

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
  audits: v.optional(
    v.pipe(
      v.record(name, audit, ({ input }) => `expected a mapping, got ${nameValue(input)}`),
      v.description('audits of whole pairs, made by the clock'),
    ),
    {},
  ),
  alerts: v.optional(v.pipe(alerts, v.description('who learns of what')), {}),
});
