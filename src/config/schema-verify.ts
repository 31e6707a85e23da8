import * as v from 'valibot';
import { CHECKSUM_ALGORITHMS } from '../model/checksum.ts';
import { EVIDENCES } from '../model/config.ts';
import type { VerifyDocument } from './document.ts';
import { nameValue } from './problems.ts';
import { didYouMean, durationOrNever, flag, list, mapping, oneOf, size, text, withFix } from './values.ts';

const declaredOf = {
  algorithm: v.pipe(oneOf(CHECKSUM_ALGORITHMS), v.description('how the digest was computed')),
  encoding: v.optional(v.pipe(oneOf(['hex', 'base64']), v.description('how the digest is written')), 'hex'),
  of: v.optional(
    v.pipe(
      oneOf(['content', 'decoded-content']),
      v.description(
        'of the stored bytes, or of those before their Content-Encoding; the latter is not compared for an encoded object',
      ),
    ),
    'content',
  ),
  allowContentEncoding: v.optional(
    v.pipe(flag(), v.description('whether it counts for an object with a Content-Encoding')),
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
        v.description('with `from: metadata`: name of the entry'),
      ),
      ...declaredOf,
    }),
    mapping({
      from: v.literal('side-file'),
      suffix: v.pipe(
        text(/^.+$/, 'a suffix'),
        v.description('with `from: side-file`: what its key has behind the key of the object'),
      ),
      ...declaredOf,
    }),
    mapping({
      from: v.literal('manifest'),
      key: v.pipe(text(/^.+$/, 'a key'), v.description('with `from: manifest`: its key in the same bucket')),
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

/** How the objects under a prefix are verified. */
export const verify: v.GenericSchema<unknown, VerifyDocument> = mapping({
  prefix: v.pipe(
    text(/^s3:\/\/[a-z0-9.-]+\/[^]*$/, 'a prefix such as `s3://bucket/` or `s3://bucket/logs/`', (input) =>
      /^s3:\/\/[a-z0-9.-]+$/.test(String(input)) ? `write \`${String(input)}/\`` : undefined,
    ),
    v.description('objects that the rule is for; the longest matching prefix wins'),
  ),
  evidence: v.optional(
    v.pipe(
      oneOf(EVIDENCES),
      v.description('evidence that an inspection has to reach; only `computed-checksum` reads the bytes'),
    ),
    'computed-checksum',
  ),
  readUpTo: v.optional(
    v.pipe(
      size('1 KiB', '64 TiB'),
      v.description('larger objects are not read and count as unverifiable; 1 KiB to 64 TiB; left out: no limit'),
    ),
  ),
  declared: v.optional(
    v.pipe(list(declared), v.description('digests that somebody declared, and what they are of')),
    [],
  ),
  every: v.optional(
    v.pipe(
      durationOrNever('1h', '3650d'),
      v.description(
        'age at which audits that read by age read an object again; 1h to 3650d, or `never`: as old as the audit says',
      ),
    ),
    'never',
  ),
});
