import type { Config, VerifyRule } from '../model/config.ts';
import type { ObjectRef } from '../model/object.ts';

/** The rule of the longest prefix that the key begins with; where none matches, the bytes are read. */
export function policyFor(config: Pick<Config, 'verify'>, object: Pick<ObjectRef, 'bucket' | 'key'>): VerifyRule {
  const matching = config.verify.filter(
    ({ bucket, prefix }) => bucket === object.bucket && object.key.startsWith(prefix),
  );
  return matching.reduce(
    (best, rule) => (rule.prefix.length > best.prefix.length ? rule : best),
    matching[0] ?? { bucket: object.bucket, prefix: '', evidence: 'computed-checksum', declared: [] },
  );
}
