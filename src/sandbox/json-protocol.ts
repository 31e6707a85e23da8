import { gunzipSync } from 'node:zlib';

import { AwsError, notImplemented } from './aws-error.ts';
import type { SandboxRequest, SandboxResponse } from './service.ts';

/** The decoded body of a request in one of AWS's JSON protocols. */
export type JsonInput = Readonly<Record<string, unknown>>;

/** The name after the dot of `X-Amz-Target`. */
export function targetOperation(headers: Readonly<Record<string, string>>): string {
  const target = headers['x-amz-target'] ?? '';
  return target.slice(target.lastIndexOf('.') + 1) || 'Unknown';
}

export async function readJson(request: SandboxRequest): Promise<JsonInput> {
  try {
    const body = await readBody(request);
    // Clients compress large bodies of CloudWatch.
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const parsed: unknown = JSON.parse(plain.toString('utf8') || '{}');
    if (typeof parsed === 'object' && parsed !== null) return { ...parsed };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new AwsError('SerializationException', 400, 'the body is not a JSON object');
}

export async function readBody({ body }: Pick<SandboxRequest, 'body'>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function jsonResponse(output: object, status = 200): SandboxResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(output) };
}

/** Refuses by name every member that an operation does not honour. */
export function checkMembers(operation: string, input: JsonInput, honoured: readonly string[]): void {
  for (const name of Object.keys(input)) {
    if (!honoured.includes(name)) throw notImplemented(`the parameter ${name} of ${operation}`);
  }
}

export function text(input: JsonInput, name: string): string {
  const value = input[name];
  if (typeof value === 'string') return value;
  throw new AwsError('MissingParameter', 400, `The request must contain the parameter ${name}.`);
}

export function optionalText(input: JsonInput, name: string): string | undefined {
  return input[name] === undefined ? undefined : text(input, name);
}

/** A whole number within the range, or `undefined` where it is not given. */
export function integer(
  input: JsonInput,
  name: string,
  [least, greatest]: readonly [number, number],
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= greatest) return value;
  throw new AwsError(
    'InvalidParameterValue',
    400,
    `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be between ${least} and ${greatest}.`,
  );
}

export function objects(input: JsonInput, name: string): readonly JsonInput[] {
  const value = input[name];
  return Array.isArray(value)
    ? value.filter((entry): entry is JsonInput => typeof entry === 'object' && entry !== null)
    : [];
}

export function texts(input: JsonInput, name: string): readonly string[] {
  const value = input[name];
  return Array.isArray(value) ? value.map(String) : [];
}
