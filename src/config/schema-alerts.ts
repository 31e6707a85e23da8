import * as v from 'valibot';
import { SEVERITIES } from '../model/action.ts';
import { FAMILIES } from '../model/finding.ts';
import type { AlertDocument } from './document.ts';
import { name } from './schema-places.ts';
import { list, mapping, oneOf, text, time } from './values.ts';

const subscription = mapping({
  protocol: v.pipe(oneOf(['email', 'https', 'sqs']), v.description('how alerts are sent')),
  endpoint: v.pipe(v.string('expected a text'), v.description('address, URL or ARN of the queue')),
  severity: v.optional(
    v.pipe(oneOf(SEVERITIES), v.description('least severe alert that is sent here; left out: all that are published')),
  ),
  family: v.optional(
    v.pipe(oneOf(FAMILIES), v.description('only findings of this family are sent here; left out: of every one')),
  ),
  pair: v.optional(
    v.pipe(name, v.description('only what concerns this pair, or no single one, is sent here; left out: everything')),
  ),
});

const window = mapping({
  from: v.pipe(time(), v.description('when it begins, with the zone')),
  until: v.pipe(time(), v.description('when it ends; at most 31 days later')),
  pairs: v.optional(v.pipe(list(name), v.description('pairs that it is about; left out: everything'))),
  reason: v.pipe(text(/^.{1,200}$/, 'a reason of 1 to 200 characters'), v.description('for whoever asks later')),
});

/** Who learns of what, and when nobody does. */
export const alerts: v.GenericSchema<unknown, AlertDocument> = mapping({
  severity: v.optional(v.pipe(oneOf(SEVERITIES), v.description('least severe alert that is published')), 'warning'),
  subscriptions: v.optional(v.pipe(list(subscription), v.description('who gets alerts')), []),
  maintenance: v.optional(
    v.pipe(
      list(window),
      v.description('times in which alerts are counted and not told; what is still open at their end is told then'),
    ),
    [],
  ),
});
