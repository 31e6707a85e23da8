import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as s3 from '@aws-sdk/client-s3';
import type { Endpoint } from '../support/sdk-clients.ts';

/** The words of a line as bash splits it: single quotes, `$'…'` with octal escapes, and backslashes. */
export function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  const pieces = /\s+|\$'((?:[^\\']|\\.)*)'|'([^']*)'|\\(.)|([^\s'\\$]+)/gsu;
  let word: string | undefined;
  let at = 0;
  for (const match of line.matchAll(pieces)) {
    if (match.index !== at) throw new Error(`a shell would do more with ${line.slice(at, match.index)}`);
    at += match[0].length;
    const [whole, escaped, quoted, single, plain] = match;
    if (/^\s/.test(whole)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (escaped === undefined ? (quoted ?? single ?? plain ?? '') : unescapeAnsi(escaped));
  }
  if (at !== line.length) throw new Error(`a shell would do more with ${line.slice(at)}`);
  return word === undefined ? words : [...words, word];
}

function unescapeAnsi(text: string): string {
  const bytes = text.replaceAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs, (_, octal: string, character: string, plain: string) =>
    octal === undefined
      ? Buffer.from(character ?? plain).toString('latin1')
      : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}

const MODULES = { s3api: s3, iam, kms } as const;
const CLIENTS = { s3api: s3.S3Client, iam: iam.IAMClient, kms: kms.KMSClient } as const;

/** Options that are structures of the API; every other one is text. */
const STRUCTURES: ReadonlySet<string> = new Set([
  'create-bucket-configuration',
  'lifecycle-configuration',
  'notification-configuration',
  'public-access-block-configuration',
  'replication-configuration',
  'versioning-configuration',
]);

/** Runs a printed line of the AWS command line: its words, and nothing else, become one request of the SDK. */
export async function runPrintedCommand(line: string, { endpoint, credentials }: Endpoint): Promise<void> {
  const [program, service = '', operation = '', ...rest] = wordsOf(line);
  if (program !== 'aws' || !(service in MODULES)) throw new Error(`no command of AWS: ${line}`);
  // What the command line does with the answer is no part of the request.
  const { region = 'us-east-1', query: _, ...options } = optionsIn(rest);
  const input = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [toMember(name), STRUCTURES.has(name) ? toStructure(value) : value]),
  );
  const name = service as keyof typeof MODULES;
  const Command = (MODULES[name] as unknown as Record<string, new (input: unknown) => never>)[
    `${toMember(operation)}Command`
  ];
  if (Command === undefined) throw new Error(`no operation of AWS: ${operation}`);
  const client = new CLIENTS[name]({ region, endpoint, credentials, maxAttempts: 1, forcePathStyle: true });
  const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
  try {
    await send(new Command(input));
  } finally {
    client.destroy();
  }
}

function optionsIn(words: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (let index = 0; index < words.length; index += 1) {
    const [, name = '', value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(words[index] ?? '') ?? [];
    if (name === '') throw new Error(`expected an option, got ${words[index]}`);
    if (value === undefined) index += 1;
    options[name] = value ?? words[index] ?? '';
  }
  return options;
}

function toMember(name: string): string {
  if (name === 'mfa') return 'MFA';
  return name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** JSON, or the shorthand `A=b,C=d`. Times are dates to the SDK. */
function toStructure(text: string): unknown {
  if (text.startsWith('{')) {
    return JSON.parse(text, (name, value: unknown) => (name === 'Date' ? new Date(String(value)) : value));
  }
  return Object.fromEntries(text.split(',').map((pair) => pair.split('=', 2)));
}
