import { contentCodings } from './receive.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectHeaders } from './stored.ts';

type Headers = Readonly<Record<string, string | undefined>>;

const SYSTEM = [
  'content-type',
  'content-disposition',
  'content-encoding',
  'content-language',
  'cache-control',
  'expires',
] as const;

const METADATA_PREFIX = 'x-amz-meta-';
const LARGEST_METADATA_BYTES = 2048;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
const STORAGE_CLASSES: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/** Objects of these classes can be looked at, but not read until they are restored. */
export function isArchived(storageClass: string): boolean {
  return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';
}

export function parseStorageClass(name: string): string {
  if (STORAGE_CLASSES.has(name)) return name;
  throw new S3Error('InvalidStorageClass', 'The storage class you specified is not valid', {
    details: { StorageClassRequested: name },
  });
}

/** What the uploader says about the content. */
export function parseObjectHeaders(headers: Headers): ObjectHeaders {
  const metadata: Record<string, string> = {};
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(METADATA_PREFIX) || value === undefined) continue;
    const short = name.slice(METADATA_PREFIX.length);
    metadata[short] = value;
    metadataBytes += Buffer.byteLength(short) + Buffer.byteLength(value);
  }
  if (metadataBytes > LARGEST_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      details: { Size: String(metadataBytes), MaxSizeAllowed: String(LARGEST_METADATA_BYTES) },
    });
  }
  const system: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of SYSTEM) {
    const value = name === 'content-encoding' ? storedEncoding(headers[name]) : headers[name];
    if (value !== undefined && value !== '') system[name] = value;
  }
  return { system, metadata, storageClass: parseStorageClass(headers['x-amz-storage-class'] ?? 'STANDARD') };
}

function storedEncoding(header: string | undefined): string | undefined {
  const codings = contentCodings(header).filter((coding) => coding !== 'aws-chunked');
  return codings.length === 0 ? undefined : codings.join(',');
}

/** Response headers; `x-amz-storage-class` is absent for STANDARD, as on S3. */
export function toResponseHeaders({ system, metadata, storageClass }: ObjectHeaders): Record<string, string> {
  return {
    ...system,
    ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [METADATA_PREFIX + name, value])),
    ...(storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': storageClass }),
  };
}
