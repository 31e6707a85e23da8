import { invalidArgument } from '../s3/s3-error.ts';
import type { XmlElement } from '../s3/xml.ts';
import type { ManifestFilter } from './job.ts';

const STATUSES: ReadonlySet<string> = new Set(['COMPLETED', 'FAILED', 'REPLICA', 'NONE']);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobManifestGeneratorFilter.html */
export function parseFilter(entry: XmlElement | undefined): ManifestFilter {
  if (entry === undefined) return {};
  entry.expectOnly(
    'EligibleForReplication',
    'CreatedAfter',
    'CreatedBefore',
    'ObjectReplicationStatuses',
    'KeyNameConstraint',
    'ObjectSizeGreaterThanBytes',
    'ObjectSizeLessThanBytes',
    'MatchAnyStorageClass',
  );
  const keys = entry.child('KeyNameConstraint')?.expectOnly('MatchAnyPrefix', 'MatchAnySuffix', 'MatchAnySubstring');
  const eligible = entry.text('EligibleForReplication');
  const statuses = optionalTexts(entry.child('ObjectReplicationStatuses'));
  const unknown = statuses?.find((status) => !STATUSES.has(status));
  if (unknown !== undefined) throw invalidArgument('ObjectReplicationStatuses', unknown, 'The status is not valid');
  return present({
    eligibleForReplication: eligible === undefined ? undefined : eligible === 'true',
    createdAfterMs: optionalTime(entry, 'CreatedAfter'),
    createdBeforeMs: optionalTime(entry, 'CreatedBefore'),
    replicationStatuses: statuses,
    prefixes: optionalTexts(keys?.child('MatchAnyPrefix')),
    suffixes: optionalTexts(keys?.child('MatchAnySuffix')),
    substrings: optionalTexts(keys?.child('MatchAnySubstring')),
    largerThanBytes: optionalBytes(entry, 'ObjectSizeGreaterThanBytes'),
    smallerThanBytes: optionalBytes(entry, 'ObjectSizeLessThanBytes'),
    storageClasses: optionalTexts(entry.child('MatchAnyStorageClass')),
  });
}

type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

function present(filter: Optional<ManifestFilter>): ManifestFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

function optionalTexts(list: XmlElement | undefined): readonly string[] | undefined {
  return list?.children('member').map((member) => member.ownText());
}

function optionalTime(entry: XmlElement, name: string): number | undefined {
  const text = entry.text(name);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalidArgument(name, text, 'The time is not valid');
  return ms;
}

function optionalBytes(entry: XmlElement, name: string): number | undefined {
  const text = entry.text(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalidArgument(name, text, 'The size is not a whole number');
  return Number(text);
}
