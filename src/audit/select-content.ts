import { hashOf } from '../model/hash.ts';
import type { ListedEntry } from '../model/listing-page.ts';
import type { ContentPlan } from './records.ts';

/** Whether this version is to be read. The same version of the same plan always is, or never. */
export function isToRead(plan: ContentPlan, { key, versionId = 'null', etag }: ListedEntry): boolean {
  switch (plan.mode) {
    case 'never':
      return false;
    case 'all':
      return true;
    case 'sample':
      return hashOf(`${plan.seed}\n${key}\n${versionId}`) < plan.share * 2 ** 32;
    case 'age': {
      const turns = Math.max(1, Math.floor(plan.everyMs / plan.periodMs));
      // The ETag, because the version `null` is another content tomorrow.
      return hashOf(`${key}\n${versionId}\n${etag}`) % turns === plan.turn % turns;
    }
    default:
      return plan satisfies never;
  }
}
