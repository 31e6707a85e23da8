import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';

import { AwsError, notImplemented } from './aws-error.ts';
import { ask, startEmbedded, type Embedded } from './dynalite-server.ts';
import { jsonResponse, readBody, readJson, targetOperation, text, type JsonInput } from './json-protocol.ts';
import type { Platform } from './platform.ts';
import type { SandboxRequest, SandboxResponse, Service } from './service.ts';
import { SETTINGS_OPERATIONS, type TableSettings } from './table-settings.ts';

/** What dynalite does itself. */
const EMBEDDED: ReadonlySet<string> = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
  'UpdateTable',
]);

/** Whose answers name the ARN of a table. */
const DESCRIBING: ReadonlySet<string> = new Set(['CreateTable', 'DeleteTable', 'DescribeTable', 'UpdateTable']);

export interface DynamoDb extends Service {
  arnOf(region: string, table: string): string;
  /** A call by the sandbox itself, with nobody's permissions. Throws an `Error` for a refusal. */
  call(region: string, operation: string, input: object): Promise<void>;
  close(): Promise<void>;
}

/**
 * DynamoDB in all Regions: dynalite, in memory, one per Region, behind a socket in the sandbox's folder. It has no transactions;
 * expired items stay, as on AWS for up to two days, so readers must check.
 */
export function createDynamoDb(platform: Platform): DynamoDb {
  const servers = new Map<string, Promise<Embedded>>();
  const settings = new Map<string, TableSettings>();
  const arnOf = (region: string, table: string): string =>
    `arn:aws:dynamodb:${region}:${platform.account}:table/${table}`;

  function serverOf(region: string): Promise<Embedded> {
    const running = servers.get(region) ?? startEmbedded(join(platform.folder, `${region}.sock`));
    servers.set(region, running);
    return running;
  }

  async function forward(request: SandboxRequest, body: Buffer): Promise<SandboxResponse> {
    const { socketPath } = await serverOf(request.region);
    const answer = await ask(socketPath, request, body);
    // dynalite takes Region and account from the environment of the process, which is not ours to set.
    const ownArn = `arn:aws:dynamodb:${request.region}:${platform.account}:`;
    const describes = DESCRIBING.has(targetOperation(request.headers));
    const answered = describes ? answer.body.replaceAll(/arn:aws:dynamodb:[^:"]*:\d*:/g, ownArn) : answer.body;
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(answered)) };
    return { status: answer.status, headers, body: answered };
  }

  async function run(request: SandboxRequest, operation: string, body: Buffer): Promise<SandboxResponse> {
    const change = SETTINGS_OPERATIONS[operation];
    if (change === undefined) return forward(request, body);
    const input = await readJson({ ...request, body: Readable.from([body]) });
    const table = text(input, 'TableName');
    const found = await forward(describeTable(request), Buffer.from(JSON.stringify({ TableName: table })));
    if (found.status !== 200) {
      throw new AwsError('ResourceNotFoundException', 400, `Requested resource not found: Table: ${table} not found`);
    }
    const arn = arnOf(request.region, table);
    const answer = change(settings.get(arn) ?? {}, input);
    settings.set(arn, answer.settings);
    return jsonResponse(answer.output);
  }

  return {
    arnOf,
    operation: ({ headers }) => targetOperation(headers),
    async handle(request) {
      const { region, principal } = request;
      const operation = targetOperation(request.headers);
      if (!EMBEDDED.has(operation) && !Object.hasOwn(SETTINGS_OPERATIONS, operation))
        throw notImplemented(`the DynamoDB operation ${operation}`);
      const body = await readBody(request);
      const input = await readJson({ ...request, body: Readable.from([body]) });
      const index = typeof input['IndexName'] === 'string' ? `/index/${input['IndexName']}` : '';
      for (const table of tablesIn(input)) {
        const resource = `${arnOf(region, table)}${index}`;
        platform.access.require({ principal, region, action: `dynamodb:${operation}`, resource });
      }
      return run(request, operation, body);
    },
    async call(region, operation, input) {
      const { principal } = platform.credentials.admin;
      const headers = {
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20000101T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=sandbox, SignedHeaders=host, Signature=none',
      };
      const target = { service: 'dynamodb', region, principal, method: 'POST', rawPath: '/', host: '', requestId: '' };
      const body = Buffer.from(JSON.stringify(input));
      const request = { ...target, headers, query: new URLSearchParams(), body: Readable.from([body]) };
      const answer = await run(request, operation, body);
      if (answer.status !== 200) throw new Error(`${operation} was refused: ${JSON.stringify(answer.body)}`);
    },
    async close() {
      const running = await Promise.all(servers.values());
      await Promise.all(running.map(({ server }) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** Tables that an input names; `*` where it names none, as in `ListTables`. */
function tablesIn(input: JsonInput): readonly string[] {
  const { TableName: single, RequestItems: several } = input;
  if (typeof single === 'string') return [single.slice(single.lastIndexOf('/') + 1)];
  return typeof several === 'object' && several !== null ? Object.keys(several) : ['*'];
}

function describeTable(request: SandboxRequest): SandboxRequest {
  return { ...request, headers: { ...request.headers, 'x-amz-target': 'DynamoDB_20120810.DescribeTable' } };
}
