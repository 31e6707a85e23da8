import { readdirSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { Io } from './io.ts';

/** The same place from `src/cli` of a clone and from `dist/cli` of the package. */
const FOLDER = new URL('../../infra/athena/', import.meta.url);

const EXAMPLES = `
The text goes to stdout and nothing is run: that costs money in your account (Athena bills what is scanned).

Examples:
  holdfast sql                                   what there is, and which names each needs
  holdfast sql access-log-table --set database=logs --set table=orders --set location=s3://my-logs/orders
  holdfast sql throttles --set database=logs --set table=orders > throttles.sql
`;

/** What may stand for a name: nothing that could end a text or begin another statement. */
const VALUE = /^[\w.:/ -]+$/;

/** A list of buckets, or one. */
const LIST = /^[\w.-]+(?:,[\w.-]+)*$/;

interface Query {
  readonly name: string;
  readonly text: string;
  /** Names that have to be given, in the order in which they come. */
  readonly needs: readonly string[];
}

/** `holdfast sql`: tables and queries for Athena over inventories and logs, with the names of one's own. */
export function sqlCommand(io: Io): Command {
  return new Command('sql')
    .description('tables and queries for Athena over inventories and logs')
    .argument('[name]', 'what is wanted; without it everything there is is listed')
    .option('--set <name=value>', 'a name of your own, such as database=logs; may be repeated', collect, [])
    .addHelpText('after', EXAMPLES)
    .action((name: string | undefined, { set }: { readonly set: readonly string[] }) => {
      io.stdout.write(name === undefined ? listAll() : fillIn(find(name), parseValues(set)));
    });
}

function listAll(): string {
  return readQueries()
    .map(({ name, text, needs }) => `${name}\n  ${summaryOf(text)}\n  needs ${needs.join(', ')}\n`)
    .join('\n');
}

function summaryOf(text: string): string {
  return text.slice(3, text.indexOf('\n')).trim();
}

function readQueries(): readonly Query[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.sql'));
  return files.toSorted().map((file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    const needs = [...new Set(Array.from(text.matchAll(/\{\{(\w+)\}\}/g), ([, name = '']) => name))];
    return { name: file.slice(0, -'.sql'.length), text, needs };
  });
}

function find(name: string): Query {
  const queries = readQueries();
  const found = queries.find((query) => query.name === name);
  if (found !== undefined) return found;
  throw refused(`there is no '${name}'; there are ${queries.map((query) => query.name).join(', ')}`);
}

function parseValues(pairs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw refused(`expected name=value, got '${pair}'`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function fillIn({ name, text, needs }: Query, values: ReadonlyMap<string, string>): string {
  const problems = [
    ...needs.filter((need) => !values.has(need)).map((need) => `${name} needs --set ${need}=…`),
    ...[...values.keys()].filter((given) => !needs.includes(given)).map((given) => `${name} has no ${given}`),
    ...[...values]
      .filter(([given, value]) => !(given === 'buckets' ? LIST : VALUE).test(value))
      .map(([given]) => `${given}: expected letters, digits and . : / - _`),
  ];
  if (problems.length > 0) throw refused(problems.join('\n'));
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, need: string) => {
    const value = values.get(need) ?? '';
    return need === 'buckets' ? value.replaceAll(/[^,]+/g, "'$&'").replaceAll(',', ', ') : value.replace(/\/$/, '');
  });
}

function refused(message: string): HoldfastError {
  return new HoldfastError('invalid-config', 'cli', message);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
