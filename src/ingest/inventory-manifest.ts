import { HoldfastError } from '../errors.ts';
import { type Found, isJsonObject, lenientText, member } from './fields.ts';

/** One delivery of S3 Inventory: the list of a bucket as it was found over some hours. */
export interface InventoryManifest {
  readonly sourceBucket: string;
  /** When the scan began. */
  readonly startedAt: Date;
  readonly format: 'CSV' | 'ORC' | 'Parquet';
  /** Names of the columns of a CSV, in lower case and in their order; of the other formats the files know themselves. */
  readonly columns: readonly string[];
  readonly files: readonly InventoryFile[];
}

export interface InventoryFile {
  /** In the bucket where the manifest is. */
  readonly key: string;
  readonly sizeBytes: number;
  /** Hexadecimal, lower case. */
  readonly md5: string;
}

/**
 * Reads `manifest.json`. Throws `invalid-config` with everything that is wrong.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */
export function parseInventoryManifest(text: string, name: string): InventoryManifest {
  const found: Found = { value: parseJson(text), path: '' };
  const sourceBucket = lenientText(member(found, 'sourceBucket'));
  const startedMs = Number(lenientText(member(found, 'creationTimestamp')) ?? Number.NaN);
  const format = formatOf(lenientText(member(found, 'fileFormat')));
  const schema = lenientText(member(found, 'fileSchema'));
  const list = member(found, 'files').value;
  const files = (Array.isArray(list) ? list : []).map((file: unknown) => fileOf({ value: file, path: '' }));
  const whole = files.filter((file): file is InventoryFile => file !== undefined);
  const problems = [
    ...(isJsonObject(found.value) ? [] : ['expected JSON']),
    ...(sourceBucket === undefined ? ['no sourceBucket'] : []),
    ...(Number.isNaN(startedMs) ? ['no creationTimestamp'] : []),
    ...(format === undefined ? ['no fileFormat of CSV, ORC or Parquet'] : []),
    ...(schema === undefined ? ['no fileSchema'] : []),
    ...(Array.isArray(list) && whole.length === files.length
      ? []
      : ['no list of files with key, size and MD5checksum']),
  ];
  if (problems.length > 0 || sourceBucket === undefined || format === undefined || schema === undefined) {
    throw new HoldfastError(
      'invalid-config',
      'inventory',
      `${name} is no manifest of S3 Inventory: ${problems.join('; ')}`,
    );
  }
  const columns = format === 'CSV' ? schema.split(',').map((column) => column.trim().toLowerCase()) : [];
  return { sourceBucket, startedAt: new Date(startedMs), format, columns, files: whole };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function formatOf(text = ''): InventoryManifest['format'] | undefined {
  return (['CSV', 'ORC', 'Parquet'] as const).find((format) => format.toLowerCase() === text.toLowerCase());
}

function fileOf(file: Found): InventoryFile | undefined {
  const [key, md5] = [lenientText(member(file, 'key')), lenientText(member(file, 'MD5checksum'))];
  const size = member(file, 'size').value;
  if (key === undefined || md5 === undefined || typeof size !== 'number') return undefined;
  return { key, sizeBytes: size, md5: md5.toLowerCase() };
}
