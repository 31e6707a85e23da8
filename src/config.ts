import { readFileSync } from 'node:fs';
import { HoldfastError } from './errors.ts';
import { type Config, freeze } from './model/config.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is set up for the functions by their stack. */
export type HandlerVariable =
  | 'ALERT_TOPIC_ARN'
  | 'LEDGER_TABLE'
  | 'LOOKS_QUEUE_URL'
  | 'READS_QUEUE_URL'
  | 'POISON_QUEUE_URL'
  | 'STEERING_TABLE'
  | 'STEERING_REGION'
  | 'PEER_QUEUE_NAME'
  | 'SIGNALS_QUEUE_ARN'
  | 'SIGNALS_QUEUE_URL'
  | 'REPORTS_BUCKET';

export type HandlerEnvironment<Name extends HandlerVariable> = { readonly [name in Name]: string } & {
  /** Where the function runs. */
  readonly region: string;
  /** Whether the SDK is told to talk to a server that is not AWS: then buckets are addressed by path. */
  readonly customEndpoint: boolean;
};

export interface LoadOptions {
  readonly environment?: Environment;
  readonly readFile?: (path: string) => string;
  /** Reads holdfast.yml itself. Left out in functions, which carry neither parser nor schema. */
  readonly parse?: (text: string) => Config;
}

/** What holds without any configuration: nothing is paired, everything that is looked at is read. */
export const DEFAULT_CONFIG: Config = freeze({
  version: 1,
  pairs: [],
  mraps: [],
  verify: [],
  alerts: { severity: 'warning', subscriptions: [] },
});

/**
 * The configuration that `HOLDFAST_CONFIG` names, or the default when it names none. A relative path starts at the bundle of
 * the function (`LAMBDA_TASK_ROOT`) or at the working folder. `.json` was validated when it was packed and is taken as it is.
 * Throws `invalid-config`.
 */
export function loadConfig({ environment = process.env, readFile = readText, parse }: LoadOptions = {}): Config {
  const path = environment['HOLDFAST_CONFIG'];
  if (path === undefined || path === '') return DEFAULT_CONFIG;
  const root = environment['LAMBDA_TASK_ROOT'];
  const file = root === undefined || path.startsWith('/') ? path : `${root}/${path}`;
  const text = read(file, readFile);
  if (file.endsWith('.json')) return unpack(file, text);
  if (parse === undefined)
    throw refuse(file, 'expected the .json that packaging makes of holdfast.yml, got another file');
  return freeze(parse(text));
}

/** The named variables, and what the SDK itself reads. Throws `invalid-config`, which lists all that are missing. */
export function loadHandlerEnvironment<const Name extends HandlerVariable>(
  names: readonly Name[],
  environment: Environment = process.env,
): HandlerEnvironment<Name> {
  const required = [...names, 'AWS_REGION'];
  const missing = required.filter((name) => (environment[name] ?? '') === '');
  const endpoint = environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL'] ?? '';
  const given: object = Object.freeze({
    ...Object.fromEntries(names.map((name) => [name, environment[name]])),
    region: environment['AWS_REGION'],
    customEndpoint: endpoint !== '',
  });
  if (isComplete<Name>(given, missing)) return given;
  throw refuse('environment', `expected variables that are not set: ${missing.join(', ')}`);
}

function isComplete<Name extends HandlerVariable>(
  _: object,
  missing: readonly string[],
): _ is HandlerEnvironment<Name> {
  return missing.length === 0;
}

function unpack(file: string, text: string): Config {
  const config = parseJson(file, text);
  if (isPacked(config)) return freeze(config);
  throw refuse(file, 'expected a configuration of version 1 that packaging made, got other JSON');
}

/** Enough to tell a packed configuration from holdfast.yml in JSON: there the pairs are no list. */
function isPacked(config: unknown): config is Config {
  if (typeof config !== 'object' || config === null) return false;
  return 'version' in config && config.version === 1 && 'pairs' in config && Array.isArray(config.pairs);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw refuse(file, 'expected JSON', cause);
  }
}

function read(file: string, readFile: (path: string) => string): string {
  try {
    return readFile(file);
  } catch (cause) {
    throw refuse(file, `cannot be read: ${cause instanceof Error ? cause.message : 'no reason given'}`, cause);
  }
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}

function refuse(operation: string, message: string, cause?: unknown): HoldfastError {
  return new HoldfastError('invalid-config', operation, `${operation}: ${message}`, { cause });
}
