import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('reads the libraries of the xxHash family only when one is asked for', async () => {
  const { metafile } = await build({
    entryPoints: ['src/digest/content-reader.ts'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    outdir: 'unused',
    write: false,
    metafile: true,
  });
  const outputs = Object.values(metafile.outputs);
  const atStart = outputs.find(({ entryPoint }) => entryPoint === 'src/digest/content-reader.ts');
  const read = new Set(Object.keys(atStart?.inputs ?? {}));
  for (const { path, kind } of atStart?.imports ?? []) {
    if (kind !== 'import-statement') continue;
    for (const input of Object.keys(metafile.outputs[path]?.inputs ?? {})) read.add(input);
  }
  expect([...read].filter((input) => input.includes('node_modules'))).toEqual([]);
  expect(Object.keys(metafile.inputs).some((input) => input.includes('hash-wasm'))).toBe(true);
  expect(Object.keys(metafile.inputs).some((input) => input.includes('xxhash-wasm'))).toBe(true);
});
