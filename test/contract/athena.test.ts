import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdfast } from '../cli/fake-run.ts';
import { accessLine } from '../support/log-lines.ts';

/** Needs DuckDB in the environment that scripts/contract.sh makes; skipped inside `npm test`. */
const PYTHON = '.venv-contract/bin/python';
const isThere = existsSync(PYTHON) && process.env['MOTO_SERVER'] !== undefined;

type Row = Readonly<Record<string, unknown>>;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-athena-'));
});

afterAll(async () => rm(folder, { recursive: true }));

async function run(...statements: readonly string[]): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(PYTHON, ['test/contract/run-duckdb.py'], (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as readonly Row[]);
      else reject(new Error(stderr, { cause: error }));
    });
    child.stdin?.end(JSON.stringify({ statements }));
  });
}

/** The text that a user gets. */
async function shipped(name: string, values: Readonly<Record<string, string>>): Promise<string> {
  const set = Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const { code, stdout, stderr } = await holdfast(['sql', name, ...set]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

/** Columns of a shipped table, in their order. */
async function columnsOf(name: string): Promise<readonly string[]> {
  const text = await readFile(`infra/athena/${name}.sql`, 'utf8');
  return Array.from(text.matchAll(/^ {2}(\w+) (?:string|boolean|bigint|timestamp),?$/gm), ([, column = '']) => column);
}

/** One version, as inventories of all versions have it. */
interface Version {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly size?: number;
  readonly etag?: string;
  readonly at?: string;
  readonly marker?: boolean;
  readonly multipart?: boolean;
  readonly status?: string;
  readonly encryption?: string;
}

const STARTED = '2026-11-02 01:00:00';
const EARLY = '2026-11-01T08:15:30.000Z';
const LATE = '2026-11-01T23:30:00.000Z';

const source = (key: string, changes: Partial<Version> = {}): Version => ({
  bucket: 'orders-use1',
  key,
  versionId: Buffer.from(key).toString('hex'),
  status: 'COMPLETED',
  ...changes,
});
const replica = (key: string, changes: Partial<Version> = {}): Version =>
  source(key, { bucket: 'orders-euw1', status: 'REPLICA', ...changes });

const SOURCE: readonly Version[] = [
  source('same'),
  source('a b+é😀/"q",%'),
  source('missing %2B'),
  source('never', { status: '' }),
  source('late', { at: LATE }),
  source('size', { size: 2 }),
  source('content', { etag: 'x' }),
  source('kms', { etag: 'x', encryption: 'SSE-KMS' }),
  source('multipart', { etag: 'x-2', multipart: true }),
  source('marker', { marker: true }),
  source('holdfast-canary/1/plain'),
  source('came-from-there', { status: 'REPLICA' }),
];
const DESTINATION: readonly Version[] = [
  replica('same'),
  replica('a b+é😀/"q",%'),
  replica('size', { size: 3 }),
  replica('content', { etag: 'y' }),
  replica('kms', { etag: 'y', encryption: 'SSE-KMS' }),
  replica('multipart', { etag: 'y-3', multipart: true }),
  replica('gone'),
  replica('their-own', { status: '' }),
];
const CANDIDATES = [
  ['content', 'replica-content-differs'],
  ['gone', 'source-version-gone'],
  ['missing %2B', 'replica-missing'],
  ['never', 'never-replicated'],
  ['size', 'replica-size-differs'],
];

function fieldsOf(version: Version): readonly string[] {
  const { bucket, key, versionId, size = 1, etag = 'e', at = EARLY, marker = false } = version;
  const { multipart = false, status = '', encryption = 'SSE-S3' } = version;
  return [
    bucket,
    key,
    versionId,
    'true',
    String(marker),
    marker ? '' : String(size),
    at,
    etag,
    'STANDARD',
    String(multipart),
    status,
    encryption,
  ];
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** As S3 writes it: compressed, without a header, keys encoded. */
async function writeCsv(name: string, versions: readonly Version[]): Promise<string> {
  const lines = versions.map((version) =>
    fieldsOf({ ...version, key: encodeURIComponent(version.key).replaceAll('%2F', '/') })
      .map((field) => `"${field}"`)
      .join(','),
  );
  const file = join(folder, `${name}.csv.gz`);
  await writeFile(file, gzipSync(`${lines.join('\n')}\n`));
  return file;
}

async function fromCsv(name: string, versions: readonly Version[]): Promise<readonly string[]> {
  const columns = await columnsOf('inventory-table-csv');
  const file = await writeCsv(name, versions);
  const names = columns.map((column) => `'${column}': 'VARCHAR'`).join(', ');
  const read = `read_csv(${quote(file)}, header = false, columns = {${names}}, auto_detect = false, delim = ',', quote = '"', compression = 'gzip')`;
  return [
    `CREATE TABLE db.${name} AS SELECT *, 'now' AS dt FROM ${read}`,
    await shipped('inventory-view-csv', { database: 'db', table: name }),
  ];
}

async function fromParquet(name: string, versions: readonly Version[]): Promise<readonly string[]> {
  const columns = await columnsOf('inventory-table-parquet');
  const file = quote(join(folder, `${name}.parquet`));
  const types = ['', '', '', '::boolean', '::boolean', '::bigint', '::timestamp', '', '', '::boolean', '', ''];
  const rows = versions.map(
    (version) =>
      `(${fieldsOf(version)
        .map((field, index) => (field === '' && types[index] !== '' ? 'NULL' : quote(field)) + (types[index] ?? ''))
        .join(', ')})`,
  );
  return [
    `COPY (SELECT * FROM (VALUES ${rows.join(', ')}) AS t(${columns.join(', ')})) TO ${file} (FORMAT parquet)`,
    `CREATE VIEW db.${name}_typed AS SELECT *, 'now' AS dt FROM read_parquet(${file})`,
  ];
}

describe.skipIf(!isThere)('the differences of two inventories', () => {
  it.each([
    ['CSV', fromCsv, fromCsv],
    ['Parquet', fromParquet, fromParquet],
    ['CSV at the source and Parquet at the destination', fromCsv, fromParquet],
  ])('are found in %s', async (_, atSource, atDestination) => {
    const rows = await run(
      'CREATE SCHEMA db',
      ...(await atSource('here', SOURCE)),
      ...(await atDestination('there', DESTINATION)),
      await shipped('inventory-differences', {
        database: 'db',
        source: 'here_typed',
        destination: 'there_typed',
        source_dt: 'now',
        destination_dt: 'now',
        before: STARTED,
        grace_hours: '4',
      }),
    );
    expect(rows.map(({ key, code }) => [key, code])).toEqual(CANDIDATES);
    expect(rows[2]).toMatchObject({ bucket: 'orders-use1', source_size: 1 });
  });
});

describe.skipIf(!isThere)('queries over access logs', () => {
  const MRAP = 'arn:aws:s3::111122223333:accesspoint/m.mrap';
  const LINES = [
    accessLine({ status: '503', error: 'SlowDown', field: 'in/2026/x' }),
    accessLine({ status: '503', error: 'SlowDown', field: 'in/2026/y' }),
    accessLine({ status: '503', error: 'SlowDown', field: 'top', accessPoint: MRAP }),
    accessLine({ operation: 'REST.PUT.OBJECT', status: '400', error: 'BadDigest', accessPoint: MRAP }),
    accessLine({
      operation: 'REST.DELETE.OBJECT',
      status: '204',
      field: 'in/gone',
      userAgent: 'say "hi"',
      accessPoint: MRAP,
    }),
    accessLine({
      operation: 'REST.DELETE.OBJECT',
      status: '403',
      error: 'AccessDenied',
      field: 'in/kept',
      accessPoint: MRAP,
    }),
    accessLine({
      operation: 'S3.EXPIRE.OBJECT',
      status: '-',
      requester: 'AmazonS3',
      field: 'in/old',
      rest: ' - us-east-1 new',
    }),
  ];
  const names = { database: 'logs', table: 'orders' };

  /** What the shipped pattern makes of the lines, as Athena reads them. */
  async function table(): Promise<readonly string[]> {
    const ddl = await shipped('access-log-table', { ...names, location: 's3://l' });
    const escaped = /'input\.regex' = '(.*)'\n/.exec(ddl)?.[1] ?? '';
    const pattern = new RegExp(`^${escaped.replaceAll('\\\\', '\\')}$`);
    const columns = await columnsOf('access-log-table');
    const rows = LINES.map((line) => {
      const found = pattern.exec(line);
      if (found === null) throw new Error(`the pattern does not match ${line}`);
      return `(${columns.map((_, index) => (found[index + 1] === undefined ? 'NULL' : quote(found[index + 1] ?? ''))).join(', ')})`;
    });
    return [
      'CREATE SCHEMA logs',
      `CREATE TABLE logs.orders AS SELECT * FROM (VALUES ${rows.join(', ')}) AS t(${columns.join(', ')})`,
    ];
  }

  it('name throttled prefixes', async () => {
    const rows = await run(...(await table()), await shipped('throttles', names));
    expect(rows.map(({ prefix, requests }) => [prefix, requests])).toEqual([
      ['in/2026/', 2],
      ['', 1],
    ]);
  });

  it('name refused uploads', async () => {
    const rows = await run(...(await table()), await shipped('refused-uploads', names));
    expect(rows).toMatchObject([{ error_code: 'BadDigest', requests: 1, a_key: 'a' }]);
  });

  it('name who removed, lifecycle rules included, and not who was refused', async () => {
    const query = await shipped('removals', { ...names, bucket: 'orders-use1', prefix: 'in/' });
    const rows = await run(...(await table()), query);
    expect(rows.map(({ key, removed_by: by, user_agent: agent }) => [key, by, agent])).toEqual([
      ['in/gone', 'arn:aws:sts::111122223333:assumed-role/ingest/s', 'say "hi"'],
      ['in/old', 'lifecycle', 'aws-sdk-js/3.1169.0'],
    ]);
  });

  it('name who goes around the access point', async () => {
    const query = await shipped('bypasses', { ...names, buckets: 'orders-use1,other', access_point_arn: MRAP });
    const rows = await run(...(await table()), query);
    expect(rows).toMatchObject([{ operation: 'REST.GET.OBJECT', requests: 2 }]);
  });

  it('name what KMS refused', async () => {
    const context = { encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::orders-use1/a b' } };
    const columns = 'eventsource, eventname, errorcode, awsregion, eventtime, requestparameters';
    const row = (error: string, parameters: object): string =>
      `('kms.amazonaws.com', 'Decrypt', ${quote(error)}, 'us-east-1', '2026-11-02T08:15:30Z', ${quote(JSON.stringify(parameters))})`;
    const values = [row('ThrottlingException', context), row('ThrottlingException', {}), row('', context)].join(', ');
    const rows = await run(
      'CREATE SCHEMA logs',
      `CREATE TABLE logs.orders AS SELECT * FROM (VALUES ${values}) AS t(${columns})`,
      await shipped('kms-throttles', names),
    );
    expect(rows).toMatchObject([{ object_arn: 'arn:aws:s3:::orders-use1/a b', requests: 1 }]);
  });
});
