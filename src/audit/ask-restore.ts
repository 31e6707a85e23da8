import { bulkRestorePrice, isArchiveClass } from '../model/class-prices.ts';
import type { Link } from '../model/link.ts';
import type { ListedEntry } from '../model/listing-page.ts';
import type { ObjectRef } from '../model/object.ts';
import type { Call, ObjectRestores } from '../ports.ts';

/** What became of a version that is archived. */
export type RestoreAnswer = 'archived' | 'restore-asked' | 'restoring' | 'restore-denied';

/** Asks for restores as long as the money for them lasts; S3 itself remembers what was asked for. */
export interface RestoreDesk {
  ask(object: ObjectRef, entry: ListedEntry): Promise<RestoreAnswer>;
}

export interface RestoreLimits {
  /** US dollars for all restores together. */
  readonly budget: number;
  /** How long a restored copy stays. */
  readonly days: number;
  readonly links: readonly Link[];
}

export function createRestoreDesk(
  { budget, days, links }: RestoreLimits,
  { restores, onSpent }: { readonly restores: ObjectRestores; readonly onSpent: (dollars: number) => void },
  call: Call,
): RestoreDesk {
  let spent = 0;
  return {
    async ask(object, entry) {
      const storageClass = classOf(object, entry, links);
      if (!isArchiveClass(storageClass)) return 'archived'; // an archive tier of another class: who moves it is its rule
      const price = bulkRestorePrice(storageClass, entry.sizeBytes, days);
      if (spent + price > budget) return 'archived';
      spent += price; // before the answer: others ask at the same time
      const answer = await restores.restore(object, { days, signal: call.signal });
      if (answer === 'asked') onSpent(price);
      else spent -= price;
      switch (answer) {
        case 'asked':
          return 'restore-asked';
        case 'under-way':
          return 'restoring';
        case 'denied':
          return 'restore-denied';
        default:
          return answer satisfies never;
      }
    },
  };
}

/** The listing shows the class of the source; a replica has another where the rules say so. */
function classOf({ bucket }: ObjectRef, { storageClass }: ListedEntry, links: readonly Link[]): string {
  const ofReplica =
    links.find(({ destination }) => destination.bucket === bucket)?.policy.expect.storageClass ?? 'same';
  return ofReplica === 'same' || ofReplica === 'any' ? storageClass : ofReplica;
}
