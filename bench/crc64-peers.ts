import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Crc64NvmeJs } from '@aws-sdk/checksums/crc';

/** Somebody else's CRC64NVME. */
export interface Crc64Peer {
  readonly packageName: string;
  readonly version: string;
  /** In base64, as S3 writes it. */
  digest(chunks: readonly Uint8Array[]): Promise<string>;
}

const require: NodeJS.Require = createRequire(import.meta.url);

/** What the SDK computes it with unless aws-crt is installed beside it. */
export function loadAwsSdk(): Crc64Peer {
  return {
    packageName: '@aws-sdk/checksums',
    version: versionOf('@aws-sdk/checksums'),
    async digest(chunks) {
      const crc = new Crc64NvmeJs();
      for (const chunk of chunks) crc.update(chunk);
      return Buffer.from(await crc.digest()).toString('base64');
    },
  };
}

/** Continues a CRC; eight zero bytes at the start. */
type CrtCrc64 = (data: Uint8Array, previous: DataView) => DataView;

/** The native library of AWS. Undefined where bench/package.json is not installed. */
export function loadAwsCrt(): Crc64Peer | undefined {
  if (!isInstalled('aws-crt')) return undefined;
  const crt: unknown = require('aws-crt');
  const crc64nvme = member(member(crt, 'checksums'), 'crc64nvme');
  if (!isCrtCrc64(crc64nvme)) throw new Error('expected aws-crt to export checksums.crc64nvme');
  return {
    packageName: 'aws-crt',
    version: versionOf('aws-crt'),
    async digest(chunks) {
      let crc: DataView = new DataView(new ArrayBuffer(8));
      for (const chunk of chunks) crc = crc64nvme(chunk, crc);
      return Buffer.from(crc.buffer, crc.byteOffset, 8).toString('base64');
    },
  };
}

function isInstalled(packageName: string): boolean {
  return (require.resolve.paths(packageName) ?? []).some((folder) => existsSync(`${folder}/${packageName}`));
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isCrtCrc64(value: unknown): value is CrtCrc64 {
  return typeof value === 'function';
}

function versionOf(packageName: string): string {
  const manifest: unknown = require(`${packageName}/package.json`);
  return String(member(manifest, 'version'));
}
