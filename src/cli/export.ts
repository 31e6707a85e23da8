import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { Command, InvalidArgumentError } from 'commander';
import { HoldfastError } from '../errors.ts';
import { postgresHead, type PostgresRow, postgresRow, postgresTail } from '../render/postgres.ts';
import type { Io } from './io.ts';
import { formatCount } from './printable.ts';

const EXAMPLES = `
Takes what --json prints (verify, wait, repair, audit, doctor, alerts) and alerts as subscribers receive them, and writes statements for
psql: the table is made where there is none, a line that is there already is not taken twice, and either all lines are taken or none.

Examples:
  holdfast audit orders --json | holdfast export - | psql "$DATABASE_URL"
  holdfast export audit.ndjson alerts.ndjson | psql 'host=… dbname=audits sslmode=verify-full'
`;

/** Plain names need no quotes, and cannot break out of a statement. */
const TABLE = /^[a-z_][a-z0-9_]{0,40}(?:\.[a-z_][a-z0-9_]{0,40})?$/;

type Entry = Readonly<Record<string, unknown>>;

/** `holdfast export`: findings and alerts into PostgreSQL. */
export function exportCommand(io: Io): Command {
  return new Command('export')
    .description('findings and alerts as statements for PostgreSQL (Aurora), for psql')
    .argument('<file...>', 'NDJSON; - is stdin')
    .option('--table <name>', 'where they go', parseTable, 'holdfast_findings')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], { table }: { readonly table: string }) => {
      let count = 0;
      io.stdout.write(postgresHead(table));
      for (const file of files) {
        let number = 0;
        for await (const line of linesOf(file, io)) {
          number += 1;
          if (line.trim() === '') continue;
          for (const row of toRows(parse(line, file, number), line)) {
            io.stdout.write(postgresRow(row));
            count += 1;
          }
        }
      }
      io.stdout.write(postgresTail(table));
      io.stderr.write(`holdfast: ${formatCount(count)} rows\n`);
    });
}

async function* linesOf(file: string, { cwd, stdin }: Pick<Io, 'cwd' | 'stdin'>): AsyncGenerator<string> {
  const input = file === '-' ? Readable.from(stdin, { objectMode: false }) : createReadStream(resolve(cwd, file));
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (cause) {
    throw new HoldfastError('invalid-config', 'cli', `${file} cannot be read`, { cause });
  }
}

function parse(line: string, file: string, number: number): Entry {
  try {
    const value: unknown = JSON.parse(line);
    if (isEntry(value)) return value;
  } catch {
    // said below
  }
  throw new HoldfastError('invalid-config', 'cli', `expected a JSON object in line ${number} of ${file}`);
}

/** A line with several findings is as many rows; one of anything else, such as a summary, is kept as it is. */
function toRows(line: Entry, text: string): readonly PostgresRow[] {
  if (typeof line['Message'] === 'string') {
    const message = line['Message']; // the envelope of SNS
    return toRows(parse(message, 'an envelope of SNS', 1), message);
  }
  const data = entryOf(line['data'] ?? line);
  const list: readonly unknown[] = Array.isArray(data['findings']) ? data['findings'] : [];
  const findings = list.length === 0 ? [data] : list.map((finding) => ({ ...data, ...entryOf(finding) }));
  return findings.map((finding, index) => {
    const subject = entryOf(finding['subject']);
    const object = entryOf(subject['object'] ?? finding['object'] ?? subject);
    const columns: Partial<Record<keyof PostgresRow, unknown>> = {
      at: timeOf(line['time'] ?? finding['at']),
      kind: line['type'] ?? finding['kind'],
      code: finding['code'],
      verdict: finding['verdict'],
      severity: finding['severity'],
      bucket: object['bucket'],
      region: object['region'] ?? subject['region'],
      key: object['key'],
      versionId: object['versionId'],
      pair: subject['pair'] ?? finding['pair'] ?? entryOf(finding['evidence'])['pair'],
      replicaBucket: entryOf(finding['replica'])['bucket'],
      evidence: finding['evidence'] === undefined ? undefined : JSON.stringify(finding['evidence']),
    };
    const texts = Object.entries(columns).filter(([, value]) => typeof value === 'string' && value !== '');
    return {
      ...Object.fromEntries(texts),
      id: createHash('sha256').update(`${index}\n${text}`).digest('hex'),
      record: text,
    };
  });
}

/** PostgreSQL refuses a whole load for one time that is none. */
function timeOf(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entryOf(value: unknown): Entry {
  return isEntry(value) ? value : {};
}

function parseTable(text: string): string {
  if (!TABLE.test(text)) throw new InvalidArgumentError('expected a plain name such as findings or audits.findings');
  return text;
}
