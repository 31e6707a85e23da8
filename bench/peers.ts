import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const OWN_AWS = `${FOLDER}.venv/bin/aws`;

/** Of the SDK for S3, which is both part of Holdfast and, used as it comes, its peer. */
export function sdkVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('@aws-sdk/client-s3/package.json');
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

/** The AWS command line. */
export interface AwsCli {
  readonly command: string;
  /** e.g. `aws-cli 1.45.11`. */
  readonly version: string;
}

/** The one in bench/.venv, else the one on the PATH, else none. */
export function findAwsCli(): AwsCli | undefined {
  const command = existsSync(OWN_AWS) ? OWN_AWS : 'aws';
  const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  return { command, version: (stdout.split(' ')[0] ?? '').replace('/', ' ') };
}

/** The version of rclone on the PATH, as its package is installed; `undefined`: there is none. */
export function rcloneVersion(): string | undefined {
  const { status, stdout } = spawnSync('rclone', ['version'], { encoding: 'utf8' });
  return status === 0 ? (stdout.split('\n')[0] ?? '') : undefined;
}

/** Whether the pipeline of the AWS command line has its other half. */
export function hasMd5sum(): boolean {
  return spawnSync('md5sum', ['/dev/null'], { stdio: 'ignore' }).status === 0;
}

/** Installs what the rows compare with. Says what could not be had; its rows will say so too. */
export function installPeers(say: (text: string) => void): void {
  const steps: readonly (readonly string[])[] = [
    ['npm', 'ci', '--no-audit', '--no-fund'],
    ['python3', '-m', 'venv', '.venv'],
    ['.venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', 'requirements.txt'],
  ];
  for (const [command = '', ...args] of steps) {
    say(`bench/: ${[command, ...args].join(' ')}`);
    const { status, error } = spawnSync(command, args, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) say(`failed: ${error?.message ?? `exit code ${String(status)}`}`);
  }
}
