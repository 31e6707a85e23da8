import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundleCli, bundleConsole, bundleFunctions, type OnBundle } from './bundle.ts';
import { writeBillOfMaterials } from './materials/write-bill.ts';
import { writeNotices } from './materials/write-notices.ts';

const bundles = new Map<string, Metafile>();
const onBundle: OnBundle = (bundle, contents) => bundles.set(bundle, contents);

await bundleFunctions('dist', onBundle);
await bundleCli('dist', onBundle);
await bundleConsole('dist', onBundle);
await writeBillOfMaterials(join('dist', 'sbom.cdx.json'), bundles);
await writeNotices(join('dist', 'third-party-notices.txt'), bundles);
