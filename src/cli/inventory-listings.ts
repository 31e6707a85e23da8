import { HoldfastError } from '../errors.ts';
import type { InventoryManifest } from '../ingest/inventory-manifest.ts';
import type { ListingPage } from '../model/listing-page.ts';
import type { Call, Listings } from '../ports.ts';
import { invalidUrl, parseObjectUrl } from './object-url.ts';
import { type Inventory, openInventory } from './open-inventory.ts';
import type { Services } from './services.ts';

/** Listings of the buckets whose inventories are given by the URLs of their manifests. Throws `HoldfastError`. */
export async function openInventories(
  manifests: readonly string[],
  { versions, services, call }: { readonly versions: boolean; readonly services: Services; readonly call: Call },
): Promise<Listings> {
  const inventories = await Promise.all(
    manifests.map(async (url) => {
      const { bucket, key } = parseObjectUrl(url);
      if (!key.endsWith('/manifest.json')) throw invalidUrl(url, 's3://bucket/…/manifest.json of an inventory');
      const region = await services.regionOf(bucket, call);
      const inventory = await openInventory(services.objects, { bucket, region, key }, call);
      refuseOthers(inventory.manifest, url, versions);
      return inventory;
    }),
  );
  const byBucket = new Map(inventories.map((inventory) => [inventory.manifest.sourceBucket, inventory]));
  return {
    pages({ bucket, pageSize }, given) {
      const inventory = byBucket.get(bucket);
      if (inventory === undefined) {
        const known = [...byBucket.keys()].join(', ');
        throw new HoldfastError('invalid-config', 'cli', `there is no inventory of ${bucket}, only of ${known}`);
      }
      // Whoever asks for one entry in the middle wants to cut the keys: an inventory is read from its beginning to its end.
      return pageSize === undefined ? ordered(inventory, given) : none();
    },
  };
}

/** Versions are compared with versions, current objects with current objects. */
function refuseOthers({ columns }: InventoryManifest, url: string, versions: boolean): void {
  const hasVersions = columns.includes('versionid');
  if (hasVersions === versions) return;
  const message = hasVersions
    ? `${url} lists all versions: add --versions`
    : `${url} lists current objects only: leave --versions out`;
  throw new HoldfastError('invalid-config', 'cli', message);
}

async function* ordered(inventory: Inventory, call: Call): AsyncGenerator<ListingPage> {
  yield* inventory.pages(call);
}

async function* none(): AsyncGenerator<ListingPage> {
  // nothing
}
