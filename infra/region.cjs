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

/** Links as `linksOf` of the model makes them: one for each direction of replication. */
function linksOf(pairs) {
  return pairs.flatMap(({ name, source, destinations, twoWay }) =>
    destinations.flatMap((destination) => [
      { pair: name, source, destination },
      ...(twoWay ? [{ pair: name, source: destination, destination: source }] : []),
    ]),
  );
}

const linkId = ({ pair, source, destination }) => `${pair}/${source.bucket}/${destination.bucket}`;

/** As `observedFrom` of the model: access points that are watched from a Region, with the buckets behind them. */
function observedFrom({ mraps, pairs }, region) {
  return mraps
    .filter(({ failover, observers }) => failover.mode !== 'off' && observers.includes(region))
    .map(({ arn, failover, pairs: names }) => {
      const behind = pairs.filter(({ name }) => names.includes(name));
      const all = behind.flatMap(({ source, destinations }) => [source, ...destinations]);
      return { arn, mode: failover.mode, buckets: [...new Map(all.map((each) => [each.region, each])).values()] };
    });
}

/** Audits of pairs whose source is in a Region, each with the buckets at both ends. */
function auditsFrom({ audits = [], pairs }, region) {
  return audits.flatMap((audit) => {
    const pair = pairs.find(({ name }) => name === audit.pair);
    if (pair?.source.region !== region) return [];
    return [{ ...audit, buckets: [pair.source, ...pair.destinations] }];
  });
}

/**
 * Resolves with the Region, the stage, this Region's buckets and their accounts and keys, what they are linked with in other
 * Regions, and the alert settings.
 */
module.exports = async function describeRegion(resolveVariable) {
  const region = await resolveVariable('opt:region');
  const stage = await resolveVariable('sls:stage');
  const config = readConfig();
  const all = config.pairs.flatMap(({ source, destinations }) => [source, ...destinations]);
  const here = all.filter((bucket) => bucket.region === region);
  const observed = observedFrom(config, region);
  if (here.length === 0 && observed.length === 0 && region !== config.steeringRegion)
    throw new Error(`the configuration has nothing to do in ${region}: package with \`npm run package\``);
  const links = linksOf(config.pairs);
  // Replicas are looked at from where their source is; of what arrives here, this Region's own buckets are enough.
  const from = links.filter(({ source }) => source.region === region);
  const linked = from.flatMap(({ source, destination }) => [source, destination]);
  const peers = [
    ...from.map(({ destination }) => destination),
    ...links.filter(({ destination }) => destination.region === region).map(({ source }) => source),
  ];
  return {
    region,
    stage,
    steeringRegion: config.steeringRegion,
    /** A Region without a bucket has a stack to look from outside, or to keep the steering ledger. */
    hasBuckets: here.length > 0,
    observed,
    /** Links that end in this Region, as `linkId` of the model names them. */
    arriving: links.filter(({ destination }) => destination.region === region).map(linkId),
    /** Buckets at either end of the links that begin in this Region. */
    linked: unique(linked.map(({ bucket }) => bucket)),
    /** Where the replicas come from that arrive in this Region. */
    origins: unique(
      links.filter(({ destination }) => destination.region === region).map(({ source }) => source.bucket),
    ),
    /** Regions with a stack that is told of this Region's versions, or that tells of its own. */
    peerRegions: unique(peers.map((bucket) => bucket.region)),
    allAccounts: unique(all.map(({ account }) => account)),
    linkedKeys: unique(linked.flatMap(({ kmsKeys }) => kmsKeys)),
    keyRegions: unique(linked.filter(({ kmsKeys }) => kmsKeys.length > 0).map((bucket) => bucket.region)),
    buckets: unique(here.map(({ bucket }) => bucket)),
    accounts: unique(here.map(({ account }) => account)),
    kmsKeys: unique(here.flatMap(({ kmsKeys }) => kmsKeys)),
    audits: auditsFrom(config, region),
    alerts: config.alerts,
  };
};
