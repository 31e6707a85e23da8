import * as v from 'valibot';

import type { AccessPointPlan } from './access-point.ts';

/** What the control API takes for an access point. */
export const accessPointSchema: v.GenericSchema<unknown, AccessPointPlan> = v.pipe(
  v.strictObject({
    name: v.string(),
    buckets: v.pipe(v.array(v.string()), v.description('Of one Region each, created before')),
    alias: v.exactOptional(v.pipe(v.string(), v.description('Ends in .mrap; absent: chosen'))),
    active: v.exactOptional(v.pipe(v.array(v.string()), v.description('Buckets that get traffic; absent: all'))),
    propagationMs: v.exactOptional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(0),
        v.description('How long traffic takes to follow a change of routes; absent: 30 s'),
      ),
    ),
  }),
  v.description('A Multi-Region Access Point; of one that is there already only propagationMs is changed'),
);
