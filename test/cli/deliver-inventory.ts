import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { compareKeys } from '../../src/model/version-order.ts';
import { type BucketName, HOME, type PairStage } from './pair-stage.ts';

const BUCKET = 'inventories';
const REGION = 'us-east-1';

export const INVENTORY_SCHEMA =
  'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass';

/** What is delivered; members left out are as S3 has them. */
export interface Delivery {
  readonly rows: readonly string[];
  readonly format?: string;
  readonly schema?: string;
  /** What the manifest says of its files instead of their MD5. */
  readonly md5?: string;
  readonly checksum?: string;
}

/** S3 Inventory, which the sandbox does not have. */
export interface Inventories {
  /** Rows of every version of a bucket, in the order of the listing. */
  rowsOf(bucket: BucketName): Promise<readonly string[]>;
  /** Delivers an inventory in two files; answers the URL of its manifest. */
  deliver(name: string, bucket: BucketName, delivery: Delivery): Promise<string>;
}

export async function createInventories(stage: PairStage): Promise<Inventories> {
  const s3 = stage.sdk.s3(REGION);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const put = async (Key: string, Body: Buffer | string): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  return {
    rowsOf: async (bucket) => rowsOf(stage, bucket),
    async deliver(name, bucket, { rows, format = 'CSV', schema = INVENTORY_SCHEMA, md5, checksum }) {
      const half = Math.ceil(rows.length / 2);
      const files = await Promise.all(
        [rows.slice(0, half), rows.slice(half)].map(async (part, index) => {
          const key = `${name}/data/${index}.csv.gz`;
          const body = gzipSync(part.map((row) => `${row}\n`).join(''));
          await put(key, body);
          return { key, size: body.length, MD5checksum: md5 ?? md5Of(body) };
        }),
      );
      const manifest = JSON.stringify({
        sourceBucket: bucket,
        version: '2016-11-30',
        creationTimestamp: String(stage.cloud.clock.now()),
        fileFormat: format,
        fileSchema: schema,
        files,
      });
      await put(`${name}/manifest.json`, manifest);
      await put(`${name}/manifest.checksum`, `${checksum ?? md5Of(manifest)}\n`);
      return `s3://${BUCKET}/${name}/manifest.json`;
    },
  };
}

async function rowsOf({ sdk }: PairStage, bucket: BucketName): Promise<readonly string[]> {
  const rows: (readonly [key: string, row: string])[] = [];
  let next: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
  while (next !== undefined) {
    const page: ListObjectVersionsCommandOutput = await sdk
      .s3(HOME[bucket])
      .send(new ListObjectVersionsCommand({ Bucket: bucket, ...next }));
    const markers = (page.DeleteMarkers ?? []).map((marker) => ({ ...marker, Size: '', ETag: '', StorageClass: '' }));
    for (const version of [...(page.Versions ?? []), ...markers]) {
      const { Key = '', VersionId, IsLatest, LastModified, Size, ETag = '', StorageClass } = version;
      const key = encodeURIComponent(Key).replaceAll('%20', '+').replaceAll('%2F', '/');
      const at = LastModified?.toISOString();
      const isMarker = Size === '';
      const fields = [bucket, key, VersionId, IsLatest, isMarker, Size, at, ETag.replaceAll('"', ''), StorageClass];
      rows.push([Key, fields.map((field) => `"${String(field)}"`).join(',')]);
    }
    const { IsTruncated, NextKeyMarker = '', NextVersionIdMarker = '' } = page;
    next = IsTruncated === true ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined;
  }
  return rows.toSorted(([a], [b]) => compareKeys(a, b)).map(([, row]) => row);
}

function md5Of(body: Buffer | string): string {
  return createHash('md5').update(body).digest('hex');
}
