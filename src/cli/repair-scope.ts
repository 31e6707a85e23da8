import { HoldfastError } from '../errors.ts';
import type { LinkSettings } from '../audit/gather-arrival.ts';
import type { BucketConfig, Config } from '../model/config.ts';
import { enabledRules } from '../model/link-rules.ts';
import type { Link } from '../model/link.ts';
import type { Observation } from '../model/observation.ts';
import type { Call } from '../ports.ts';
import { linksOfPair } from './pair-options.ts';
import type { Services } from './services.ts';

/** What is repaired together: a job is of one source bucket and goes wherever its rules say. */
export interface RepairScope {
  readonly pair: string;
  readonly source: BucketConfig;
  readonly links: readonly Link[];
}

/** The links from one bucket of the pair: to every destination, or to the one that is named, which may be the way back. */
export function repairScope(config: Config, pair: string, to: string | undefined): RepairScope {
  const all = linksOfPair(config, pair);
  const links = all.filter(({ destination, back }) => (to === undefined ? !back : destination.bucket === to));
  // The way back from several destinations begins in several buckets, and each is a job of its own.
  const [first, ...others] = new Set(links.map(({ source }) => source.bucket));
  const source = links.find((link) => link.source.bucket === first)?.source;
  if (source === undefined || others.length > 0) {
    const names = [...new Set(all.map(({ destination }) => destination.bucket))].join(', ');
    const expected = `expected --to with a destination of the pair ${pair} (${names})`;
    const got = source === undefined ? `got ${to ?? 'none'}` : `several buckets replicate to ${to ?? 'it'}`;
    throw new HoldfastError('invalid-config', 'cli', `${expected}, ${got}`);
  }
  return { pair, source, links };
}

/** What the rules of a link select, delete markers aside: no job is made for them. Throws where nobody can know. */
export async function gatherLinkSettings(link: Link, { buckets }: Services, call: Call): Promise<LinkSettings> {
  const [replication, source, destination] = await Promise.all([
    buckets.setting(link.source, 'replication', call),
    buckets.setting(link.source, 'lifecycle', call),
    buckets.setting(link.destination, 'lifecycle', call),
  ]);
  if (replication.state === 'unreadable') {
    const problem = `the replication rules of ${link.source.bucket} cannot be read (${replication.reason})`;
    throw new HoldfastError('access-denied', 'cli', `${problem}: s3:GetReplicationConfiguration is needed`);
  }
  const rules = enabledRules(replication.state === 'present' ? replication.value : undefined, link);
  if (rules.length === 0) {
    const way = `${link.source.bucket} to ${link.destination.bucket}`;
    throw new HoldfastError(
      'invalid-config',
      'cli',
      `no enabled rule replicates ${way}, so no job could: ask holdfast doctor ${link.pair}`,
    );
  }
  return {
    link,
    rules: rules.map((rule) => ({ ...rule, deleteMarkers: false })),
    lifecycle: { source: orNone(source), destination: orNone(destination) },
  };
}

/** `undefined` where it may not be known. */
function orNone<T>(setting: Observation<readonly T[]>): readonly T[] | undefined {
  if (setting.state === 'present') return setting.value;
  return setting.state === 'absent' ? [] : undefined;
}
