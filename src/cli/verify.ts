import { Command, InvalidArgumentError } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { Io } from './io.ts';
import { invalidUrl, parseObjectUrl } from './object-url.ts';
import type { Place, Services } from './services.ts';
import { verifyObject } from './verify-object.ts';
import { verifyPrefix } from './verify-prefix.ts';

export interface VerifyOptions {
  readonly prefix?: string;
  readonly content: boolean;
  readonly against?: string;
  readonly allVersions: boolean;
  readonly concurrency: number;
  readonly region?: string;
  readonly endpoint?: string;
  readonly json: boolean;
}

/** Makes the ports once it is known where the bucket is said to be. */
export type Connect = (place: Place) => Promise<Services> | Services;

const EXAMPLES = `
The key is taken literally: nothing is URL-decoded. Only "?versionId=..." at the very end is not part of it.

Without --content nothing is read: only what S3 recorded is looked at, and compared where there is a witness.

Examples:
  holdfast verify 's3://bucket/key?versionId=3sL4kqtJlcpXroDTDmJ' --content
  holdfast verify s3://bucket/backup.tar --against backup.tar
  holdfast verify --prefix s3://bucket/2026/ --content --concurrency 16 --json

Exit code 0: verified; 1: something is violated; 2: something could not be judged.
`;

/** `holdfast verify`: one object version, or everything under a prefix. */
export function verifyCommand(io: Io, connect: Connect): Command {
  return new Command('verify')
    .description('prove that objects are what they should be, or say what cannot be proved')
    .argument('[url]', 's3://bucket/key, with ?versionId=... for one version')
    .option('--prefix <url>', 's3://bucket/prefix: every object under it instead of one')
    .option('--content', 'read the bytes and compare them with what S3 recorded', false)
    .option('--against <file>', 'compare the object with a local file')
    .option('--all-versions', 'with --prefix: noncurrent versions too', false)
    .option('--concurrency <n>', 'with --prefix: objects at once', positiveInteger, 8)
    .option('--region <name>', 'Region of the bucket; found by itself')
    .option('--endpoint <url>', 'an S3-compatible server; also AWS_ENDPOINT_URL')
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (url: string | undefined, options: VerifyOptions) => verify(url, options, { io, connect }));
}

async function verify(
  url: string | undefined,
  options: VerifyOptions,
  { io, connect }: { readonly io: Io; readonly connect: Connect },
): Promise<void> {
  const { prefix, content, json, against, allVersions, concurrency } = options;
  refuseContradictions(url, options);
  const services = await connect({
    concurrency: prefix === undefined ? 1 : concurrency,
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    onlyCurrent(reason) {
      io.stderr.write(`holdfast: versions cannot be listed (${reason}): only current objects are looked at\n`);
      if (allVersions) io.exit(2); // something that was asked for is not judged
    },
  });
  if (prefix !== undefined) {
    const parsed = parseObjectUrl(prefix);
    await verifyPrefix({ prefix: parsed, content, allVersions, concurrency, json }, services, io);
    return;
  }
  const parsed = parseObjectUrl(url ?? '');
  if (parsed.key === '') throw invalidUrl(url ?? '', 's3://bucket/key, or --prefix for all objects of a bucket');
  const region = await services.regionOf(parsed.bucket, { signal: io.signal });
  const object = { ...parsed, region };
  io.exit(await verifyObject({ object, content, json, ...(against === undefined ? {} : { against }) }, services, io));
}

function refuseContradictions(url: string | undefined, { prefix, against, allVersions }: VerifyOptions): void {
  const problem =
    (url === undefined) === (prefix === undefined)
      ? 'either s3://bucket/key or --prefix s3://bucket/prefix'
      : prefix !== undefined && against !== undefined
        ? '--against with one object, not with --prefix'
        : prefix === undefined && allVersions
          ? '--all-versions with --prefix only'
          : undefined;
  if (problem !== undefined) throw new HoldfastError('invalid-config', 'cli', `expected ${problem}`);
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 1_000) {
    throw new InvalidArgumentError('expected a number from 1 to 1000');
  }
  return value;
}
