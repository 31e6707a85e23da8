import { createReadStream } from 'node:fs';
import { mergeListings } from '../../src/audit/merge-listings.ts';
import { createShardDigest } from '../../src/audit/shard-digest.ts';
import { type InventoryStore, openInventory } from '../../src/cli/open-inventory.ts';

// Walks two inventories, given by the folders of their manifests, as an audit does, and counts.
const [source = '', replica = ''] = process.argv.slice(2);
const call = { signal: new AbortController().signal };
/** A bucket is a folder. */
const folders: InventoryStore = {
  read: async ({ bucket, key }) => ({ state: 'present', value: { body: createReadStream(`${bucket}/${key}`) } }),
};
const [sources, replicas] = await Promise.all(
  [source, replica].map(async (bucket) =>
    openInventory(folders, { bucket, region: 'us-east-1', key: 'manifest.json' }, call),
  ),
);
if (sources === undefined || replicas === undefined) throw new Error('expected two folders');
const digest = await createShardDigest();
let [alike, differing, bytes] = [0, 0, 0];
await mergeListings(sources.pages(call), replicas.pages(call), {
  versions: true,
  storageClass: 'same',
  onAlike(place) {
    alike += 1;
    digest.addAlike(place);
  },
  onDiffering(pair) {
    differing += 1;
    digest.addDiffering(pair);
  },
  onPage(_, { sizes }, count) {
    for (let index = 0; index < count; index += 1) bytes += sizes[index] ?? 0;
  },
});
console.log(JSON.stringify({ alike, differing, bytes, digest: digest.finish() }));
