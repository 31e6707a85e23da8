import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { HOME, type PairStage, SOURCE, DESTINATION } from './pair-stage.ts';

/** Keys, as `rclone check` sorts them into. */
export interface RcloneCheck {
  readonly onlySource: readonly string[];
  readonly onlyDestination: readonly string[];
  readonly different: readonly string[];
}

/** Nothing that fails here would go well another time. */
const QUICKLY = ['--retries', '1', '--low-level-retries', '1', '--log-level', 'CRITICAL'] as const;

export function hasRclone(): boolean {
  return spawnSync('rclone', ['version']).status === 0;
}

/** Compares the current objects of both buckets below a prefix. */
export async function rcloneCheck(stage: PairStage, prefix: string): Promise<RcloneCheck> {
  const { accessKeyId, secretAccessKey } = stage.endpoint.credentials;
  const remote = (name: string, region: string): Readonly<Record<string, string>> => ({
    [`RCLONE_CONFIG_${name}_TYPE`]: 's3',
    [`RCLONE_CONFIG_${name}_PROVIDER`]: 'Other',
    [`RCLONE_CONFIG_${name}_ENV_AUTH`]: 'true',
    [`RCLONE_CONFIG_${name}_FORCE_PATH_STYLE`]: 'true',
    [`RCLONE_CONFIG_${name}_ENDPOINT`]: stage.cloud.url,
    [`RCLONE_CONFIG_${name}_REGION`]: region,
  });
  const env = {
    PATH: process.env['PATH'] ?? '',
    RCLONE_CONFIG: '/dev/null',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...remote('HERE', HOME[SOURCE]),
    ...remote('THERE', HOME[DESTINATION]),
  };
  const args = ['check', `here:${SOURCE}/${prefix}`, `there:${DESTINATION}/${prefix}`, '--combined', '-'];
  const child = spawn('rclone', [...args, ...QUICKLY], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = (await text(child.stdout)).split('\n');
  const keysOf = (sign: string): readonly string[] =>
    lines
      .filter((line) => line.startsWith(`${sign} `))
      .map((line) => `${prefix}${line.slice(2)}`)
      .toSorted();
  return { onlySource: keysOf('+'), onlyDestination: keysOf('-'), different: keysOf('*') };
}
