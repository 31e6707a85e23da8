import { type Link, linkId } from '../model/link.ts';
import type { BucketStore, Call } from '../ports.ts';
import { gatherLink } from './gather-links.ts';
import type { AuditedLink } from './look-at-version.ts';
import type { AuditQuestion } from '../model/audit-records.ts';

interface Means {
  readonly buckets: BucketStore;
  readonly call: Call;
}

/** Links that are audited: of a two-way pair, one listing serves both directions. */
export function auditedLinks(links: readonly Link[]): readonly Link[] {
  return links.filter(({ back }) => !back);
}

/** Those of a pair with their rules, by `linkId`. */
export async function gatherAuditedLinks(
  links: readonly Link[],
  { versions, graceMs }: Pick<AuditQuestion, 'versions' | 'graceMs'>,
  means: Means,
): Promise<ReadonlyMap<string, AuditedLink>> {
  const audited = new Map<string, AuditedLink>();
  for (const link of auditedLinks(links)) {
    const back = links.find((each) => each.back && each.source.bucket === link.destination.bucket);
    const inquiry = { link, versions, ...(back === undefined ? {} : { back }) };
    const grace = graceMs === undefined ? {} : { graceMs };
    audited.set(linkId(link), await gatherLink({ ...inquiry, ...grace }, means));
  }
  return audited;
}

/** Whether reading an object of a bucket asks KMS for a key, by what new objects get; absent: nobody may know. */
export async function gatherKmsUse(
  links: readonly Link[],
  { buckets, call }: Means,
): Promise<ReadonlyMap<string, boolean>> {
  const uses = new Map<string, boolean>();
  for (const bucket of links.flatMap(({ source, destination }) => [source, destination])) {
    const setting = await buckets.setting(bucket, 'encryption', call);
    if (setting.state === 'absent') uses.set(bucket.bucket, false);
    if (setting.state !== 'present') continue;
    uses.set(bucket.bucket, setting.value.algorithm.startsWith('aws:kms') && !setting.value.bucketKey);
  }
  return uses;
}
