/** Rows of one table for PostgreSQL, as its own client reads them. */
export interface PostgresRow {
  /** Hash of what it was made of: the same line twice is one row. */
  readonly id: string;
  /** When it was published or found, as far as the line says. */
  readonly at?: string;
  readonly kind?: string;
  readonly code?: string;
  readonly verdict?: string;
  readonly severity?: string;
  readonly bucket?: string;
  readonly region?: string;
  readonly key?: string;
  readonly versionId?: string;
  readonly pair?: string;
  readonly replicaBucket?: string;
  /** Of the finding, as JSON. */
  readonly evidence?: string;
  /** The whole line, as JSON. */
  readonly record: string;
}

const COLUMNS = [
  ['id', 'text'],
  ['at', 'timestamptz'],
  ['kind', 'text'],
  ['code', 'text'],
  ['verdict', 'text'],
  ['severity', 'text'],
  ['bucket', 'text'],
  ['region', 'text'],
  ['key', 'text'],
  ['version_id', 'text'],
  ['pair', 'text'],
  ['replica_bucket', 'text'],
  ['evidence', 'jsonb'],
  ['record', 'jsonb'],
] as const;

const NAMES = COLUMNS.map(([name]) => name).join(', ');

/** What comes before the rows: the table where there is none, and where the rows go first, so that all or none are taken. */
export function postgresHead(table: string): string {
  const columns = COLUMNS.map(([name, type]) => `  ${name} ${type}${name === 'id' ? ' PRIMARY KEY' : ''}`);
  return [
    '\\set ON_ERROR_STOP on',
    'BEGIN;',
    `CREATE TABLE IF NOT EXISTS ${table} (\n${columns.join(',\n')}\n);`,
    `CREATE INDEX IF NOT EXISTS ${indexOf(table)}_object ON ${table} (bucket, md5(key));`,
    `CREATE INDEX IF NOT EXISTS ${indexOf(table)}_code ON ${table} (code, at);`,
    `CREATE TEMPORARY TABLE incoming (${COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')}) ON COMMIT DROP;`,
    `COPY incoming (${NAMES}) FROM stdin;`,
    '',
  ].join('\n');
}

export function postgresRow(row: PostgresRow): string {
  const { id, at, kind, code, verdict, severity, bucket, region, key, versionId, pair, replicaBucket } = row;
  const texts = [id, at, kind, code, verdict, severity, bucket, region, key, versionId, pair, replicaBucket];
  return `${[...texts, row.evidence, row.record].map((text) => field(text)).join('\t')}\n`;
}

export function postgresTail(table: string): string {
  return [
    '\\.',
    `INSERT INTO ${table} (${NAMES}) SELECT DISTINCT ON (id) ${NAMES} FROM incoming ON CONFLICT (id) DO NOTHING;`,
    'COMMIT;',
    '',
  ].join('\n');
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** PostgreSQL has no text with a NUL in it: its picture stands for it, in JSON as well. */
function field(text: string | undefined): string {
  if (text === undefined) return '\\N';
  return text
    .replaceAll('\0', '\u2400')
    .replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\u2400')
    .replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

/** An index is made in the schema of its table, and named without it. */
function indexOf(table: string): string {
  return table.slice(table.indexOf('.') + 1);
}
