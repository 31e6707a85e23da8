import type { BucketConfig } from '../model/config.ts';
import * as v from 'valibot';
import { REGIONS } from './regions.ts';
import { didYouMean, list, mapping, text } from './values.ts';

/** Of a pair or an access point. */
export const name: v.GenericSchema<string, string> = text(
  /^[a-z][a-z0-9-]{0,31}$/,
  'a name of at most 32 lower-case letters, digits and hyphens',
);
/** Built like the name of a Region: one that AWS opens tomorrow is not refused, a misspelt direction is. */
const REGION_SHAPE =
  /^(?:[a-z]{2}|us-gov|us-iso[bef]?|eu-isoe|eusc-de)-(?:north|south)?(?:east|west|north|south|central)-[1-9]\d?$/;

export const region: v.GenericSchema<string, string> = text(REGION_SHAPE, 'an AWS Region', (input) =>
  didYouMean(input, REGIONS),
);

const account = text(/^\d{12}$/, 'an account of twelve digits in quotes', (input) =>
  typeof input === 'number' && input < 1e12 ? `write '${String(input).padStart(12, '0')}'` : undefined,
);

const kmsKey = text(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a KMS key', (input) =>
  String(input).includes('alias/') ? 'name the key itself: an alias can be pointed elsewhere' : undefined,
);

/** A bucket and where it lives. */
export const bucket: v.GenericSchema<unknown, BucketConfig> = mapping({
  bucket: v.pipe(
    text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket', (input) =>
      String(input).startsWith('arn:') ? 'write only the name behind the last colon' : undefined,
    ),
    v.description('name of the bucket'),
  ),
  region: v.pipe(region, v.description('Region of the bucket')),
  account: v.pipe(account, v.description('account that owns the bucket; in quotes')),
  kmsKeys: v.optional(v.pipe(list(kmsKey), v.description("KMS keys that Holdfast's roles may decrypt with")), []),
});
