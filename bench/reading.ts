import { type ClientBundles } from './clients/bundle.ts';
import { parseReport } from './clients/report.ts';
import { type Run, runCommand } from './run-command.ts';
import { BUCKET, type ObjectServer, REGION } from './server/start.ts';

/** What the rows about reading one object need: a server, and clients to run against it. */
export interface ReadingStage {
  readonly server: ObjectServer;
  readonly clients: ClientBundles;
}

/** A run of a client of ours, which counts its own processor time. */
export interface Reading extends Run {
  readonly cpuSeconds: number;
}

/** Nobody checks the signature, but everybody makes it. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

export interface Task {
  readonly endpoint: string;
  readonly key: string;
  /** Name of the user metadata whose MD5 is to be proved as well. */
  readonly declared?: string;
  /** What the client must report. */
  readonly expected: readonly string[];
}

/** Runs one of the bundled clients in a process of its own. */
export async function readWith(client: string, task: Task): Promise<Reading> {
  const { endpoint, key, declared, expected } = task;
  const run = await runCommand({
    command: [process.execPath, client, endpoint, BUCKET, key, ...(declared === undefined ? [] : [declared])],
    environment: { ...ENVIRONMENT, NODE_EXTRA_CA_CERTS: new URL('tls/server.pem', import.meta.url).pathname },
    memory: true,
  });
  return { ...run, cpuSeconds: parseReport(run.stdout, expected).cpuSeconds };
}

/** Runs `aws s3 cp - | md5sum`, as people do by hand. */
export async function copyThroughMd5sum(aws: string, { endpoint, key, expected }: Task): Promise<Run> {
  const run = await runCommand({
    command: ['sh', '-c', '"$0" s3 cp "$1" - | md5sum', aws, `s3://${BUCKET}/${key}`],
    environment: { ...ENVIRONMENT, AWS_ENDPOINT_URL: endpoint },
    memory: true,
  });
  const md5 = run.stdout.split(' ')[0] ?? '';
  if (md5 !== expected[0]) throw new Error(`expected ${String(expected[0])} from md5sum, got ${md5}`);
  return run;
}
