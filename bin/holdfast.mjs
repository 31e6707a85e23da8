#!/usr/bin/env node
// Only syntax and modules of very old Nodes up to the version check: it must be able to run where nothing else can.
import { existsSync } from 'fs';
import { fileURLToPath } from 'url';

var OLDEST = [20, 19];

var version = process.versions.node.split('.').map(Number);
if (version[0] < OLDEST[0] || (version[0] === OLDEST[0] && version[1] < OLDEST[1])) {
  process.stderr.write(
    'holdfast needs Node ' + OLDEST.join('.') + ' or later; this is ' + process.versions.node + '\n',
  );
  process.exit(2);
}

// The AWS SDK announces on every start that it will drop Node 20 some day; its own switch silences it.
if (process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED === undefined) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
}

var args = process.argv.slice(2);

function isHere(path) {
  return existsSync(fileURLToPath(new URL(path, import.meta.url)));
}

/** A clone runs its sources, so that there is nothing to build, and has the demo; the packed tarball holds one bundle. */
function load() {
  if (!isHere('../src/cli/main.ts')) return import('../dist/cli/main.mjs');
  var demo = args[0] === 'demo' && isHere('../demo/main.ts');
  if (demo) args.shift();
  return import('tsx/esm/api').then(function (tsx) {
    tsx.register();
    return demo ? import('../demo/main.ts') : import('../src/cli/main.ts');
  });
}

load()
  .then(function (cli) {
    return cli.main(args);
  })
  .then(
    function (exitCode) {
      process.exitCode = exitCode;
    },
    function (error) {
      process.stderr.write('holdfast: ' + (error && error.stack ? error.stack : error) + '\n');
      process.exitCode = 2;
    },
  );
