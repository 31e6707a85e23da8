import { parseStorageClass } from './object-headers.ts';
import { invalidArgument, S3Error } from './s3-error.ts';
import { malformedXml, parseXml, type XmlElement } from './xml.ts';

/** Days since the creation, or a date: S3 allows one of them. */
export type LifecycleAge = { readonly days: number } | { readonly atMs: number };

export interface NoncurrentAge {
  /** Since the version stopped being the current one. */
  readonly days: number;
  /** So many noncurrent versions that are newer stay whatever their age. */
  readonly newerVersions: number;
}

export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly prefix: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly largerThanBytes?: number;
  readonly smallerThanBytes?: number;
  readonly expiration?: LifecycleAge;
  readonly expiredDeleteMarker: boolean;
  readonly noncurrentExpiration?: NoncurrentAge;
  readonly transitions: readonly (LifecycleAge & { readonly storageClass: string })[];
  readonly noncurrentTransitions: readonly (NoncurrentAge & { readonly storageClass: string })[];
  readonly abortUploadsAfterDays?: number;
}

export interface LifecycleConfiguration {
  /** As it was put: given back word for word. */
  readonly xml: string;
  /** Below which size nothing is transitioned, unless a rule says something about sizes. */
  readonly minimumSize: MinimumSize;
  readonly rules: readonly LifecycleRule[];
}

export type MinimumSize = 'all_storage_classes_128K' | 'varies_by_storage_class';

const DAY_MS = 86_400_000;
const MOST_RULES = 1000;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
export function parseLifecycle(xml: string, minimumSize: MinimumSize): LifecycleConfiguration {
  const entries = parseXml(xml, 'LifecycleConfiguration').expectOnly('Rule').children('Rule');
  if (entries.length === 0 || entries.length > MOST_RULES) throw malformedXml();
  const rules = entries.map((entry, index) => parseRule(entry, index));
  if (new Set(rules.map(({ id }) => id)).size !== rules.length)
    throw invalidArgument('ID', '', 'Rule ID must be unique. Found same ID for more than one rule');
  return { xml, minimumSize, rules };
}

function parseRule(entry: XmlElement, index: number): LifecycleRule {
  entry.expectOnly(
    'ID',
    'Prefix',
    'Filter',
    'Status',
    'Expiration',
    'Transition',
    'NoncurrentVersionExpiration',
    'NoncurrentVersionTransition',
    'AbortIncompleteMultipartUpload',
  );
  const status = entry.requireText('Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml();
  const expiration = entry.child('Expiration')?.expectOnly('Days', 'Date', 'ExpiredObjectDeleteMarker');
  const noncurrent = entry.child('NoncurrentVersionExpiration');
  const abort = entry.child('AbortIncompleteMultipartUpload')?.expectOnly('DaysAfterInitiation');
  const transitions = entry.children('Transition');
  const noncurrentTransitions = entry.children('NoncurrentVersionTransition');
  const actions = [expiration, noncurrent, abort, ...transitions, ...noncurrentTransitions];
  if (actions.every((action) => action === undefined))
    throw new S3Error('InvalidRequest', 'At least one action needs to be specified in a rule');
  const expiredDeleteMarker = expiration?.text('ExpiredObjectDeleteMarker') === 'true';
  const age = expiration === undefined ? undefined : parseAge(expiration);
  if (expiredDeleteMarker && age !== undefined) throw malformedXml();
  return {
    id: entry.text('ID') ?? `rule-${index + 1}`,
    enabled: status === 'Enabled',
    ...parseFilter(entry),
    expiredDeleteMarker,
    ...(age === undefined ? {} : { expiration: age }),
    ...(noncurrent === undefined ? {} : { noncurrentExpiration: parseNoncurrent(noncurrent) }),
    transitions: transitions.map((one) => ({ ...requireAge(one, 'StorageClass'), storageClass: classOf(one) })),
    noncurrentTransitions: noncurrentTransitions.map((one) => ({
      ...parseNoncurrent(one, 'StorageClass'),
      storageClass: classOf(one),
    })),
    ...(abort === undefined ? {} : { abortUploadsAfterDays: days(abort, 'DaysAfterInitiation') }),
  };
}

type Filter = Pick<LifecycleRule, 'prefix' | 'tags' | 'largerThanBytes' | 'smallerThanBytes'>;

/** A rule of the old form has its prefix outside of a filter. */
function parseFilter(entry: XmlElement): Filter {
  const filter = entry.child('Filter');
  const oldPrefix = entry.text('Prefix');
  if ((filter === undefined) === (oldPrefix === undefined)) throw malformedXml();
  if (filter === undefined) return { prefix: oldPrefix ?? '', tags: new Map() };
  const sizes = ['ObjectSizeGreaterThan', 'ObjectSizeLessThan'] as const;
  filter.expectOnly('Prefix', 'Tag', 'And', ...sizes);
  if (filter.names().length > 1) throw malformedXml();
  const within = filter.child('And')?.expectOnly('Prefix', 'Tag', ...sizes) ?? filter;
  const [larger, smaller] = sizes.map((name) => within.text(name));
  return {
    prefix: within.text('Prefix') ?? '',
    tags: new Map(within.children('Tag').map((tag) => [tag.requireText('Key'), tag.requireText('Value')])),
    ...(larger === undefined ? {} : { largerThanBytes: Number(larger) }),
    ...(smaller === undefined ? {} : { smallerThanBytes: Number(smaller) }),
  };
}

function parseAge(entry: XmlElement): LifecycleAge | undefined {
  const date = entry.text('Date');
  const hasDays = entry.text('Days') !== undefined;
  if (date !== undefined && hasDays) throw malformedXml();
  if (date === undefined) return hasDays ? { days: days(entry, 'Days') } : undefined;
  const atMs = Date.parse(date);
  if (Number.isNaN(atMs)) throw malformedXml();
  if (atMs % DAY_MS !== 0) throw invalidArgument('Date', date, "'Date' must be at midnight GMT");
  return { atMs };
}

function requireAge(entry: XmlElement, other: string): LifecycleAge {
  const age = parseAge(entry.expectOnly('Days', 'Date', other));
  if (age === undefined) throw malformedXml();
  return age;
}

function parseNoncurrent(entry: XmlElement, ...others: readonly string[]): NoncurrentAge {
  entry.expectOnly('NoncurrentDays', 'NewerNoncurrentVersions', ...others);
  const newer = entry.text('NewerNoncurrentVersions');
  return { days: days(entry, 'NoncurrentDays'), newerVersions: newer === undefined ? 0 : Number(newer) };
}

function days(entry: XmlElement, name: string): number {
  const text = entry.requireText(name);
  // An object may be transitioned on the day of its creation; everything else takes a day.
  const least = name === 'Days' && entry.child('StorageClass') !== undefined ? 0 : 1;
  const count = Number(text);
  if (!Number.isInteger(count) || count < least)
    throw invalidArgument(name, text, `'${name}' must be a positive integer`);
  return count;
}

function classOf(entry: XmlElement): string {
  return parseStorageClass(entry.requireText('StorageClass'));
}
