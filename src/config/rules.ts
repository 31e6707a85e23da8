import type { BucketConfig } from '../model/config.ts';
import { type ConfigDocument, majorityOf, type MrapDocument, type PairDocument } from './document.ts';
import { nearest } from './nearest.ts';
import type { Path } from './problems.ts';
import { checkAlerts } from './rules-alerts.ts';
import { checkAudits } from './rules-audits.ts';
import { parseDuration } from './quantities.ts';

export type Report = (path: Path, message: string, fix?: string) => void;

/** Names of pairs that exist, the ones included that are wrong in themselves. */
export interface Known {
  readonly pairNames: readonly string[];
  /** Whether every pair is in the document, so that a bucket that is in none is a mistake. */
  readonly allPairs: boolean;
}

/** What single values cannot show: rules between several parts of a configuration. */
export function checkRules(document: ConfigDocument, known: Known, report: Report): void {
  for (const [name, pair] of Object.entries(document.pairs)) checkPair(['pairs', name], pair, report);
  checkBuckets(document, report);
  for (const [name, mrap] of Object.entries(document.mraps))
    checkMrap(['mraps', name], mrap, { document, known, report });
  checkVerify(document, known, report);
  checkAlerts(document, known, report);
  checkAudits(document, known, report);
}

function checkPair(path: Path, { source, destinations, twoWay, lookAfter }: PairDocument, report: Report): void {
  const seen = new Set([source.bucket]);
  for (const [index, { bucket }] of destinations.entries()) {
    if (seen.has(bucket)) report([...path, 'destinations', index, 'bucket'], `'${bucket}' is in this pair twice`);
    seen.add(bucket);
  }
  if (twoWay && destinations.length === 0) report([...path, 'twoWay'], 'is true, but there is no destination');
  const ages = lookAfter.map((age) => parseDuration(age) ?? 0);
  for (const [index, ageMs] of ages.entries()) {
    if (ageMs <= (ages[index - 1] ?? 0)) report([...path, 'lookAfter', index], 'is not longer than the one before');
  }
}

function* bucketsOf(path: Path, { source, destinations }: PairDocument): Generator<readonly [Path, BucketConfig]> {
  yield [[...path, 'source'], source];
  for (const [index, destination] of destinations.entries()) yield [[...path, 'destinations', index], destination];
}

/** One bucket is the same bucket everywhere, its keys are where it is, and no link is declared twice. */
function checkBuckets({ pairs }: ConfigDocument, report: Report): void {
  const known = new Map<string, BucketConfig>();
  const links = new Map<string, string>();
  for (const [name, pair] of Object.entries(pairs)) {
    for (const [path, bucket] of bucketsOf(['pairs', name], pair)) {
      const first = known.get(bucket.bucket) ?? bucket;
      known.set(bucket.bucket, first);
      for (const member of ['region', 'account'] as const) {
        if (bucket[member] === first[member]) continue;
        report([...path, member], `'${bucket.bucket}' has ${first[member]} elsewhere and ${bucket[member]} here`);
      }
      for (const [index, key] of bucket.kmsKeys.entries()) {
        const region = key.split(':')[3];
        if (region === bucket.region) continue;
        report([...path, 'kmsKeys', index], `is a key in ${region}, but the bucket is in ${bucket.region}`);
      }
    }
    for (const [index, destination] of pair.destinations.entries()) {
      const link = [pair.source.bucket, destination.bucket].toSorted().join(' and ');
      const other = links.get(link);
      links.set(link, name);
      if (other === undefined || other === name) continue;
      report(
        ['pairs', name, 'destinations', index],
        `${link} are a pair already: ${other}`,
        'for both directions use `twoWay: true`',
      );
    }
  }
}

interface Surroundings {
  readonly document: ConfigDocument;
  readonly known: Known;
  readonly report: Report;
}

function checkMrap(path: Path, mrap: MrapDocument, { document, known, report }: Surroundings): void {
  const { failover, observers, witness } = mrap;
  const regions = new Map<string, string>();
  for (const [index, name] of mrap.pairs.entries()) {
    if (!known.pairNames.includes(name)) {
      const guess = nearest(name, known.pairNames);
      report(
        [...path, 'pairs', index],
        `there is no pair '${name}'`,
        guess === undefined ? undefined : `did you mean \`${guess}\`?`,
      );
    }
    const pair = document.pairs[name];
    for (const [, { bucket, region }] of pair === undefined ? [] : bucketsOf([], pair)) {
      const other = regions.get(region) ?? bucket;
      regions.set(region, other);
      if (other !== bucket)
        report([...path, 'pairs', index], `has a second bucket in ${region}: '${other}' and '${bucket}'`);
    }
  }
  for (const [index, region] of observers.entries()) {
    if (observers.indexOf(region) < index) report([...path, 'observers', index], `${region} is listed twice`);
  }
  if (witness !== undefined && !observers.includes(witness))
    report([...path, 'witness'], `${witness} is not one of the observers`);
  if (failover.quorum !== undefined && failover.quorum > new Set(observers).size) {
    report([...path, 'failover', 'quorum'], `${failover.quorum} cannot agree among ${observers.length} observers`);
  }
  if (failover.confirmations > failover.window) {
    const message = `${failover.confirmations} of the last ${failover.window} probes can never fail`;
    report([...path, 'failover', 'confirmations'], message, 'make `window` larger');
  }
  for (const [index, region] of (mrap.active ?? []).entries()) {
    if (regions.has(region) || !known.allPairs) continue;
    report([...path, 'active', index], `the access point has no bucket in ${region}`);
  }
  if (failover.mode !== 'automatic') return;
  const mode = [...path, 'failover', 'mode'];
  const advise = 'use `advise` until then';
  if (new Set(observers).size < 3)
    report(mode, `automatic needs observers in three Regions, got ${observers.length}`, advise);
  if (witness === undefined) report(mode, 'automatic needs a witness', advise);
  const hosted = witness === undefined ? undefined : regions.get(witness);
  if (hosted !== undefined) {
    report([...path, 'witness'], `automatic needs a witness without a bucket, but ${witness} has '${hosted}'`, advise);
  }
  if (new Set(observers).size >= 3) checkQuorum(path, mrap, { regions: regions.keys(), report });
}

interface Voting {
  /** With a bucket of the access point. */
  readonly regions: Iterable<string>;
  readonly report: Report;
}

/** One observer may be cut off from a Region that is well; and those in a Region that is out cannot speak. */
function checkQuorum(path: Path, { failover, observers }: MrapDocument, { regions, report }: Voting): void {
  const quorum = failover.quorum ?? majorityOf(observers);
  const where = [...path, 'failover', 'quorum'];
  if (quorum < 2) report(where, 'automatic needs two observers that agree: one alone may be cut off', 'use 2 or more');
  for (const region of regions) {
    const left = new Set(observers.filter((observer) => observer !== region)).size;
    if (left < quorum) report(where, `${quorum} cannot agree when ${region} is out: ${left} observers are left`);
  }
}

function checkVerify({ pairs, verify }: ConfigDocument, { allPairs }: Known, report: Report): void {
  const buckets = Object.entries(pairs).flatMap(([name, pair]) =>
    Array.from(bucketsOf(['pairs', name], pair), ([, { bucket }]) => bucket),
  );
  const prefixes = verify.map(({ prefix }) => prefix);
  for (const [index, rule] of verify.entries()) {
    const path = ['verify', index];
    const bucket = rule.prefix.split('/')[2] ?? '';
    if (allPairs && !buckets.includes(bucket)) {
      const guess = nearest(bucket, buckets);
      report(
        [...path, 'prefix'],
        `'${bucket}' is in no pair`,
        guess === undefined ? undefined : `did you mean \`${guess}\`?`,
      );
    }
    if (prefixes.indexOf(rule.prefix) < index) report([...path, 'prefix'], `'${rule.prefix}' has a rule already`);
    for (const [place, { of, allowContentEncoding }] of rule.declared.entries()) {
      if (of !== 'decoded-content' || !allowContentEncoding) continue;
      report(
        [...path, 'declared', place, 'allowContentEncoding'],
        'cannot be true for decoded-content: nothing is decoded',
      );
    }
  }
}
