import { existsSync } from 'node:fs';
import { copyFile, readdir, rm } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile } from 'esbuild';

const common: BuildOptions = {
  bundle: true,
  splitting: true, // lazy imports become chunks that a start does not read
  chunkNames: 'chunk-[hash]',
  outExtension: { '.js': '.mjs' },
  platform: 'node',
  target: 'node20', // built handlers also run in the sandbox, on the developer's Node
  format: 'esm',
  keepNames: true, // error and class names in the logs stay readable
  legalComments: 'none',
  logLevel: 'warning',
};

/** Hears what went into the bundle of that name. */
export type OnBundle = (bundle: string, contents: Metafile) => void;

const unheard: OnBundle = () => {};

/** Names of the Lambda functions: one file each in `handlers/`. */
async function functionNames(): Promise<readonly string[]> {
  const files = await readdir('handlers');
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted();
}

/** One function with everything it needs: a bundle of its own starts faster than the SDK of the Lambda runtime. */
async function bundleFunction(name: string, dist: string): Promise<Metafile> {
  const { metafile } = await build({
    ...common,
    entryPoints: { index: join('handlers', `${name}.ts`) },
    outdir: join(dist, name),
    mainFields: ['module', 'main'], // the SDK's ES build tree-shakes; its CommonJS build does not
    minify: true,
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    metafile: true,
  });
  return metafile;
}

/** The command line for the packed tarball; its packages are installed beside it. Workers lie beside `main.mjs`. */
export async function bundleCli(dist: string, onBundle: OnBundle = unheard): Promise<void> {
  const workerFolder = join('src', 'sandbox', 'functions');
  const workers = existsSync(workerFolder) ? await readdir(workerFolder) : [];
  const entries = [
    'src/cli/main.ts',
    ...workers.filter((f) => /worker\.(?:ts|mjs)$/.test(f)).map((f) => join(workerFolder, f)),
  ];
  const { metafile } = await build({
    ...common,
    metafile: true,
    entryPoints: entries.map((entry) => ({
      in: `./${entry}`,
      out: parse(entry).name,
    })),
    outdir: join(dist, 'cli'),
    packages: 'external',
  });
  onBundle('cli', metafile);
}

/** The page of the console, with everything that it needs: it loads nothing from anywhere else. */
export async function bundleConsole(dist: string, onBundle: OnBundle = unheard): Promise<void> {
  const source = fileURLToPath(new URL('../src/console/page', import.meta.url));
  const { metafile } = await build({
    entryPoints: [
      { in: join(source, 'main.ts'), out: 'console' },
      { in: join(source, 'console.css'), out: 'console' },
    ],
    outdir: join(dist, 'console'),
    bundle: true,
    minify: true,
    platform: 'browser',
    target: ['es2022', 'chrome110', 'firefox115', 'safari16'],
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  await copyFile(join(source, 'index.html'), join(dist, 'console', 'index.html'));
  onBundle('console', metafile);
}

/** Builds every function into its folder of `dist`, which is emptied first. */
export async function bundleFunctions(dist: string, onBundle: OnBundle = unheard): Promise<readonly string[]> {
  await rm(dist, { recursive: true, force: true });
  const names = await functionNames();
  await Promise.all(names.map(async (name) => onBundle(name, await bundleFunction(name, dist))));
  return names;
}
