import * as v from 'valibot';
import type { ConfigDocument } from './config/document.ts';
import { normalise } from './config/normalise.ts';
import { formatPath, formatProblem, type Path, type Problem } from './config/problems.ts';
import { checkRules, type Known } from './config/rules.ts';
import { isMappingAt, namesAt } from './config/schema-names.ts';
import { CONFIG_SCHEMA } from './config/schema.ts';
import { didYouMean, splitFix } from './config/values.ts';
import { readYaml, type YamlText } from './config/yaml.ts';
import { HoldfastError } from './errors.ts';
import { type Config, freeze } from './model/config.ts';

/** Either a configuration, or everything that is wrong with it. */
export type CheckedConfig =
  | { readonly config: Config; readonly problems: readonly [] }
  | { readonly config?: never; readonly problems: readonly Problem[] };

/** Sections in which one entry can be wrong while the others are not. */
const NAMED: ReadonlySet<unknown> = new Set(['pairs', 'mraps', 'audits']);

type Found = Omit<Problem, 'path'> & { readonly path: Path };

/** Reads the text of holdfast.yml. Throws `invalid-config`, whose message lists every problem, one to a line. */
export function parseConfig(text: string): Config {
  const { config, problems } = checkConfig(text);
  if (config !== undefined) return config;
  throw new HoldfastError(
    'invalid-config',
    'parseConfig',
    problems.map((problem) => formatProblem(problem)).join('\n'),
  );
}

/** As `parseConfig`, with the problems as values, in the order of the text. */
export function checkConfig(text: string): CheckedConfig {
  const yaml = readYaml(text);
  if (yaml.problems.length > 0) return { problems: yaml.problems };
  if (yaml.value === null)
    return { problems: [{ path: '', message: 'the file is empty', fix: 'begin with `version: 1`' }] };
  const result = v.safeParse(CONFIG_SCHEMA, yaml.value);
  const lists = findMisplacedLists(yaml.value, []);
  const issues = (result.issues ?? []).map((issue) => toFound(issue));
  const found = [...lists, ...issues.filter(({ path }) => !lists.some((list) => isBeneath(path, list.path)))];
  const document = salvage(yaml.value, found);
  if (document !== undefined) {
    checkRules(document, knownPairs(yaml.value, document.pairs), (path, message, fix) => {
      found.push({ path, message, ...(fix === undefined ? {} : { fix }) });
    });
  }
  if (result.success && found.length === 0) return { config: freeze(normalise(result.output)), problems: [] };
  const problems = found.map((entry) => toProblem(entry, yaml));
  return { problems: problems.toSorted((a, b) => offset(a) - offset(b)) };
}

/** valibot takes a list for an object without the names it looks for. */
function findMisplacedLists(value: unknown, path: Path): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value) && isMappingAt(CONFIG_SCHEMA, path))
    return [{ path, message: 'expected a mapping, got a list' }];
  return Array.isArray(value)
    ? value.flatMap((item: unknown, index) => findMisplacedLists(item, [...path, index]))
    : Object.entries(value).flatMap(([name, part]) => findMisplacedLists(part, [...path, name]));
}

function toProblem({ path, message, fix }: Found, yaml: YamlText): Problem {
  return { path: formatPath(path), ...yaml.locate(path), message, ...(fix === undefined ? {} : { fix }) };
}

/** Orders by line, then by column: no line is that long. */
function offset({ line = 0, column = 0 }: Problem): number {
  return line * 1e6 + column;
}

function isBeneath(path: Path, above: Path): boolean {
  return above.every((step, index) => path[index] === step);
}

function toFound(issue: v.BaseIssue<unknown>): Found {
  const path = pathOf(issue);
  const fix = issue.type === 'never' ? didYouMean(path.at(-1), namesAt(CONFIG_SCHEMA, path.slice(0, -1))) : undefined;
  return { path, ...splitFix(issue.message), ...(fix === undefined ? {} : { fix }) };
}

function pathOf({ path }: v.BaseIssue<unknown>): Path {
  return (path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
}

/** What is left without the parts that are wrong in themselves, so that rules between the others are checked all the same. */
function salvage(value: unknown, found: readonly Found[]): ConfigDocument | undefined {
  if (!isMapping(value)) return undefined;
  const rest: Record<string, unknown> = { ...structuredClone(value), version: 1 };
  for (const [section = '', name] of found.map(({ path }) => path)) {
    const part = rest[section];
    if (section === 'version') continue;
    if (NAMED.has(section) && isMapping(part) && name !== undefined) delete part[name];
    else delete rest[section];
  }
  const result = v.safeParse(CONFIG_SCHEMA, rest);
  return result.success ? result.output : undefined;
}

function knownPairs(value: unknown, pairs: Readonly<Record<string, unknown>>): Known {
  const written = isMapping(value) && isMapping(value['pairs']) ? Object.keys(value['pairs']) : [];
  return { pairNames: written, allPairs: written.length === Object.keys(pairs).length };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
