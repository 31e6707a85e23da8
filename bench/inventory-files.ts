import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export interface InventoryPlan {
  readonly rows: number;
  /** Nine rows are missing and 33 have another size. */
  readonly damaged: boolean;
}

/** Of which S3 makes one file, about. */
const ROWS_PER_FILE = 250_000;
const SCHEMA = 'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass';

/** Writes an inventory of all versions as S3 delivers it: a manifest, its MD5, and compressed CSV. Answers its data files. */
export async function writeInventory(folder: string, { rows, damaged }: InventoryPlan): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const files: { readonly key: string; readonly size: number; readonly MD5checksum: string }[] = [];
  for (let first = 0; first < rows; first += ROWS_PER_FILE) {
    const lines: string[] = [];
    for (let index = first; index < Math.min(rows, first + ROWS_PER_FILE); index += 1) {
      if (damaged && index % Math.floor(rows / 9) === 5) continue;
      lines.push(rowOf(index, damaged && index % Math.floor(rows / 33) === 7));
    }
    const content = await promisify(gzip)(lines.join(''));
    const key = `part-${String(files.length).padStart(4, '0')}.csv.gz`;
    await writeFile(join(folder, key), content);
    files.push({ key, size: content.length, MD5checksum: createHash('md5').update(content).digest('hex') });
  }
  const manifest = JSON.stringify({
    sourceBucket: 'bench',
    version: '2016-11-30',
    creationTimestamp: '1795305600000',
    fileFormat: 'CSV',
    fileSchema: SCHEMA,
    files,
  });
  await writeFile(join(folder, 'manifest.json'), manifest);
  await writeFile(join(folder, 'manifest.checksum'), createHash('md5').update(manifest).digest('hex'));
  return files.map(({ key }) => join(folder, key));
}

function rowOf(index: number, isOther: boolean): string {
  const [folder, name] = [Math.floor(index / 1_000), index].map((number) => String(number).padStart(9, '0'));
  const random = createHash('sha512').update(String(index)).digest(); // neither version IDs nor ETags can be compressed
  const columns = [
    'bench',
    `folder-${folder ?? ''}/object-${name ?? ''}`,
    random.toString('base64url', 16, 40),
    'true',
    'false',
    String(1_048_576 + (isOther ? 1 : 0)),
    '2026-11-02T08:15:30.000Z',
    random.toString('hex', 0, 16),
    'STANDARD',
  ];
  return `${columns.map((column) => `"${column}"`).join(',')}\n`;
}
