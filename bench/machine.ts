import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { pinning } from './cores.ts';
import { loadAwsCrt, loadAwsSdk } from './crc64-peers.ts';
import { findAwsCli, sdkVersion } from './peers.ts';

/** Where the figures come from. Quote ratios, not absolutes: they are of this machine. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  readonly pinning: string;
  /** `missing` where a peer is not installed. */
  readonly peers: Readonly<Record<string, string>>;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    pinning,
    peers: {
      '@aws-sdk/client-s3': sdkVersion(),
      '@aws-sdk/checksums': loadAwsSdk().version,
      'aws-crt': loadAwsCrt()?.version ?? 'missing',
      'aws-cli': findAwsCli()?.version.replace('aws-cli ', '') ?? 'missing',
    },
  };
}

export function formatMachine({ cpu, cores, memoryGib, system, node, pinning: pins, peers }: Machine): string {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return [`${cores} × ${cpu}`, `${memoryGib} GiB`, system, pins, `node ${node}`, ...versions].join('; ');
}
