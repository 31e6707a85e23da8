import type { Identity } from '../credentials.ts';

/** A function as its template declares it. */
export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  /** Everything it may be called by in a fault: logical id, name, name of its package. */
  readonly aliases: readonly string[];
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  /** Folder of the unpacked package. */
  readonly taskRoot: string;
  readonly reservedConcurrency?: number;
}

/**
 * All that a function sees of its surroundings: what the template says, what Lambda adds, and where its cloud is.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function toEnvironment(
  settings: FunctionSettings,
  { credentials }: Identity,
  endpointUrl: string,
): Readonly<Record<string, string>> {
  return {
    ...settings.environment,
    _HANDLER: settings.handler,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_DEFAULT_REGION: settings.region,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup(settings),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream(settings),
    AWS_REGION: settings.region,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    LAMBDA_TASK_ROOT: settings.taskRoot,
    TZ: ':UTC',
  };
}

export function logGroup({ name }: FunctionSettings): string {
  return `/aws/lambda/${name}`;
}

export function logStream({ region }: FunctionSettings): string {
  return `sandbox/${region}/[$LATEST]`;
}
