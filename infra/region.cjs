/**
 * What the configuration says about the Region that is being packaged. Read from the normalised configuration that
 * `npm run package` leaves in dist/, so that the templates and the functions never disagree.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const FILE = join(__dirname, '..', 'dist', 'holdfast.json');

function readConfig() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch (cause) {
    throw new Error(
      'dist/holdfast.json is missing or damaged: run `npm run package`, which builds and packs every Region',
      { cause },
    );
  }
}

const unique = (values) => [...new Set(values)].toSorted((a, b) => (a < b ? -1 : 1));

/** Resolves with the Region, the stage, this Region's buckets and their accounts and keys, and the alert settings. */
module.exports = async function describeRegion(resolveVariable) {
  const region = await resolveVariable('opt:region');
  const stage = await resolveVariable('sls:stage');
  const config = readConfig();
  const all = config.pairs.flatMap(({ source, destinations }) => [source, ...destinations]);
  const here = all.filter((bucket) => bucket.region === region);
  if (here.length === 0)
    throw new Error(`no bucket of the configuration is in ${region}: package with \`npm run package\``);
  return {
    region,
    stage,
    buckets: unique(here.map(({ bucket }) => bucket)),
    accounts: unique(here.map(({ account }) => account)),
    kmsKeys: unique(here.flatMap(({ kmsKeys }) => kmsKeys)),
    alerts: config.alerts,
  };
};
