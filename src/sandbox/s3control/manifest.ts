import type { BatchVersion } from '../s3/batch-access.ts';
import type { JobTask, ManifestFile, ManifestFilter } from './job.ts';

/** Whether a generated manifest lists this version. */
export function selects(filter: ManifestFilter, version: BatchVersion): boolean {
  const { key, sizeBytes, createdAtMs, storageClass, replicationStatus, eligible } = version;
  return (
    (filter.eligibleForReplication === undefined || filter.eligibleForReplication === eligible) &&
    (filter.createdAfterMs === undefined || createdAtMs > filter.createdAfterMs) &&
    (filter.createdBeforeMs === undefined || createdAtMs < filter.createdBeforeMs) &&
    (filter.largerThanBytes === undefined || sizeBytes > filter.largerThanBytes) &&
    (filter.smallerThanBytes === undefined || sizeBytes < filter.smallerThanBytes) &&
    any(filter.replicationStatuses, (status) => status === (replicationStatus ?? 'NONE')) &&
    any(filter.storageClasses, (name) => name === storageClass) &&
    any(filter.prefixes, (prefix) => key.startsWith(prefix)) &&
    any(filter.suffixes, (suffix) => key.endsWith(suffix)) &&
    any(filter.substrings, (part) => key.includes(part))
  );
}

function any(wanted: readonly string[] | undefined, test: (one: string) => boolean): boolean {
  return wanted === undefined || wanted.some(test);
}

/** A manifest of which a row cannot be read. */
export class UnreadableManifest extends Error {}

/** The tasks of a CSV manifest. Keys are URL-encoded in it. Throws `UnreadableManifest`. */
export function parseCsvManifest(text: string, { fields }: Pick<ManifestFile, 'fields'>): readonly JobTask[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line, index) => {
      const columns = splitCsv(line);
      if (columns === undefined || columns.length !== fields.length)
        throw new UnreadableManifest(`row ${index + 1} does not have ${fields.length} columns`);
      const column = (name: (typeof fields)[number]): string => columns[fields.indexOf(name)] ?? '';
      const versionId = column('VersionId');
      return {
        bucket: column('Bucket'),
        key: decodeKey(column('Key'), index + 1),
        ...(versionId === '' ? {} : { versionId }),
      };
    });
}

/** `undefined`: a quote that does not end. */
function splitCsv(line: string): readonly string[] | undefined {
  const columns: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^",]*)(,|$)/y;
  while (cell.lastIndex <= line.length) {
    const found = cell.exec(line);
    if (found === null) return undefined;
    const [, raw = '', end] = found;
    columns.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '') return columns;
  }
  return columns;
}

function decodeKey(text: string, row: number): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new UnreadableManifest(`the key of row ${row} is not URL-encoded`);
  }
}
