import { bundleCli, bundleFunctions } from './bundle.ts';

await bundleFunctions('dist');
await bundleCli('dist');
