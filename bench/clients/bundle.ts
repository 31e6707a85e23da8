import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface ClientBundles {
  /** The file to run with node. */
  readonly verify: string;
  readonly sdkMd5: string;
  /** The whole command line. */
  readonly holdfast: string;
  readonly joinInventories: string;
  readonly gunzip: string;
  remove(): Promise<void>;
}

const CLIENTS = ['verify', 'sdk-md5', 'holdfast', 'join-inventories', 'gunzip'] as const;

/** Bundles the clients as the functions are: a compiler in the process would count as their memory and time. */
export async function bundleClients(): Promise<ClientBundles> {
  // As in the package: the command line reads its version two folders above.
  const root = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const outdir = join(root, 'dist', 'cli');
  await mkdir(outdir, { recursive: true });
  await copyFile(new URL('../../package.json', import.meta.url), join(root, 'package.json'));
  await build({
    entryPoints: CLIENTS.map((name) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))),
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'warning',
  });
  return {
    verify: join(outdir, 'verify.mjs'),
    sdkMd5: join(outdir, 'sdk-md5.mjs'),
    holdfast: join(outdir, 'holdfast.mjs'),
    joinInventories: join(outdir, 'join-inventories.mjs'),
    gunzip: join(outdir, 'gunzip.mjs'),
    remove: async () => rm(root, { recursive: true, force: true }),
  };
}
