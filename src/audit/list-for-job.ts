import { CANARY_PREFIX } from '../model/canary.ts';
import type { BucketRef } from '../model/bucket-settings.ts';
import { entryAt } from '../model/listing-page.ts';
import type { Call, Listings } from '../ports.ts';
import type { AuditQuestion } from '../model/audit-records.ts';
import { isToRead } from './select-content.ts';

export interface JobList {
  readonly place: BucketRef;
  readonly question: Pick<AuditQuestion, 'prefix' | 'versions' | 'since' | 'content'>;
  /** Those of both copies: they decide together how old a proof may become. */
  readonly buckets: readonly string[];
  /** Told of each version on the list. */
  readonly onVersion: (sizeBytes: number) => void;
}

/** Rows of the list of versions that a job is to read, each with its line break: bucket, URL-encoded key, and the version ID. */
export async function* listForJob(
  { place, question, buckets, onVersion }: JobList,
  listings: Listings,
  call: Call,
): AsyncGenerator<string> {
  const { prefix, versions, since, content } = question;
  const from = since === undefined ? undefined : new Date(since);
  for await (const page of listings.pages({ ...place, prefix, versions }, call)) {
    let rows = '';
    for (let index = 0; index < page.count; index += 1) {
      const entry = entryAt(page, index);
      if (entry.deleteMarker === true || !isToRead(content, entry, buckets)) continue;
      if (from !== undefined && entry.lastModifiedAt < from) continue;
      if (entry.key.startsWith(CANARY_PREFIX) && !prefix.startsWith(CANARY_PREFIX)) continue;
      onVersion(entry.sizeBytes);
      rows += `${place.bucket},${encodeURIComponent(entry.key)}${versions ? `,${entry.versionId ?? 'null'}` : ''}\n`;
    }
    if (rows !== '') yield rows;
  }
}
