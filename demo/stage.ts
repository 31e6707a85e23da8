import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Cloud, createCloud } from '../src/sandbox/cloud.ts';
import { HoldfastError } from '../src/errors.ts';
import { createAccessPoint } from './control.ts';
import { packageStacks } from './package-stacks.ts';
import { SOURCE } from './places.ts';
import { type Scenery, SHOW } from './scenery.ts';
import { createReplicationRole, createRightBucket, notify, replicate } from './wire-buckets.ts';

/** The built product, deployed into an embedded cloud and wired to the buckets of two pairs. */
export interface Stage {
  readonly cloud: Cloud;
  /** The configuration of what is deployed, for the command line. */
  readonly configFile: string;
  /** As in the names of the deployed tables. */
  readonly name: string;
  /** Alert topic by Region. */
  readonly topicArns: ReadonlyMap<string, string>;
  s3(region: string): S3Client;
  sqs(region: string): SQSClient;
  sns(region: string): SNSClient;
  readonly iam: IAMClient;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly port: number;
  readonly seed: number;
  /** Folder of packaged stacks; absent: they are packaged now. */
  readonly stacks?: string;
  /** Absent: that of the show. */
  readonly scenery?: Scenery;
  progress(text: string): void;
}

/** Packages what would be deployed to AWS, starts the cloud, deploys the templates and wires the buckets. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const { port, seed, progress, scenery = SHOW } = options;
  const { regions } = scenery;
  if (options.stacks !== undefined) await expectStacks(options.stacks, regions);
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-demo-'));
  const removeFolder = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    if (options.stacks === undefined) progress('building and packaging the functions and one template per Region');
    const stacks = options.stacks ?? (await packageStacks(folder, scenery, progress));
    const configFile = join(folder, 'holdfast.yml');
    await writeFile(configFile, scenery.config);
    const kmsKeys = [...new Set(scenery.keys.map(({ arn }) => arn))];
    const cloud = await createCloud({ port, seed, kmsKeys });
    progress(`the sandbox is up at ${cloud.url}; deploying into ${regions.join(' and ')}`);
    const close = async (): Promise<void> => {
      await cloud.close();
      await removeFolder();
    };
    try {
      const clients = clientsOf(cloud);
      return { cloud, configFile, ...(await deploy(cloud, clients, { stacks, scenery })), ...clients, close };
    } catch (error) {
      await cloud.close();
      throw error;
    }
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function expectStacks(folder: string, regions: readonly string[]): Promise<void> {
  for (const region of regions) {
    await access(join(folder, region)).catch((cause: unknown) => {
      const message = `expected a packaged stack for ${region} in ${folder}, found none`;
      throw new HoldfastError('invalid-config', 'demo', message, { cause });
    });
  }
}

/** Buckets first, as a user has them; resolves with the alert topics and the name of the deployed stage. */
async function deploy(
  cloud: Cloud,
  { s3, iam }: Clients,
  { stacks, scenery }: { readonly stacks: string; readonly scenery: Scenery },
): Promise<Pick<Stage, 'topicArns' | 'name'>> {
  const { buckets, ways, reports } = scenery;
  let name = '';
  const topicArns = new Map<string, string>();
  for (const place of [...buckets, ...(reports === undefined ? [] : [reports])])
    await createRightBucket(s3(place.region), place);
  await createReplicationRole(iam, cloud.account, scenery);
  for (const { bucket, region } of buckets) {
    const fromHere = ways.filter(({ from }) => from.bucket === bucket);
    if (fromHere.length > 0) await replicate(s3(region), bucket, fromHere);
  }
  for (const accessPoint of scenery.accessPoints) await createAccessPoint({ cloud }, accessPoint);
  for (const region of scenery.regions) {
    const { resources } = await cloud.deploy({ folder: join(stacks, region), region });
    const queueArn = String(resources['SignalsQueue']?.attributes?.['Arn']);
    const here = scenery.isWired ? buckets.filter((place) => place.region === region) : [];
    for (const { bucket } of here) await notify(s3(region), bucket, queueArn);
    topicArns.set(region, String(resources['AlertTopic']?.ref));
    name = /^holdfast-(.+)-ledger$/.exec(String(resources['Ledger']?.ref))?.[1] ?? name;
  }
  return { topicArns, name };
}

type Clients = Pick<Stage, 's3' | 'sqs' | 'sns' | 'iam'>;

function clientsOf(cloud: Cloud): Clients {
  const common = (region: string) => ({ region, endpoint: cloud.url, credentials: cloud.credentials });
  return {
    s3: (region) => new S3Client({ ...common(region), forcePathStyle: true }),
    sqs: (region) => new SQSClient(common(region)),
    sns: (region) => new SNSClient(common(region)),
    iam: new IAMClient(common(SOURCE.region)),
  };
}
