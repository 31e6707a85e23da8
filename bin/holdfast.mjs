#!/usr/bin/env node
// Older syntax and module names than elsewhere: this file must be able to say so on a Node that can run nothing else here.
import { existsSync } from 'fs';
import { fileURLToPath } from 'url';

const OLDEST = [20, 19];

const version = process.versions.node;
const [major, minor] = version.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(`holdfast needs Node ${OLDEST.join('.')} or later; this is ${version}\n`);
  process.exit(2);
}

// The AWS SDK announces on every start that it will drop Node 20 some day; its own switch silences it.
if (process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED === undefined) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
}

const args = process.argv.slice(2);
const isHere = (path) => existsSync(fileURLToPath(new URL(path, import.meta.url)));

/** A clone runs its sources, so that there is nothing to build but a page, and has the demo; the packed tarball holds one bundle. */
async function load() {
  const isDemo = args[0] === 'demo' && isHere('../demo/main.ts');
  if (!isDemo && !isHere('../src/cli/main.ts')) return import('../dist/cli/main.mjs');
  const tsx = await import('tsx/esm/api');
  tsx.register();
  if (args[0] === 'console') {
    const { bundleConsole } = await import('../scripts/bundle.ts');
    await bundleConsole(fileURLToPath(new URL('../dist', import.meta.url)));
  }
  if (!isDemo) return import('../src/cli/main.ts');
  args.shift();
  return import('../demo/main.ts');
}

async function run() {
  try {
    const { main } = await load();
    process.exitCode = await main(args);
  } catch (error) {
    process.stderr.write(`holdfast: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 2;
  }
}

void run();
