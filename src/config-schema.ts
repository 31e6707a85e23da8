import * as v from 'valibot';
import { normalise } from './config/normalise.ts';
import { formatPath, formatProblem, type Path, type Problem } from './config/problems.ts';
import { checkRules, type Known } from './config/rules.ts';
import { namesAt } from './config/schema-names.ts';
import { CONFIG_SCHEMA } from './config/schema.ts';
import { didYouMean, splitFix } from './config/values.ts';
import { readYaml, type YamlText } from './config/yaml.ts';
import { HoldfastError } from './errors.ts';
import type { Config } from './model/config.ts';

/** Either a configuration, or everything that is wrong with it. */
export type CheckedConfig =
  | { readonly config: Config; readonly problems: readonly [] }
  | { readonly config?: never; readonly problems: readonly Problem[] };

type Found = Omit<Problem, 'path'> & { readonly path: Path };
type Issues = readonly v.BaseIssue<unknown>[];

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
  const document = result.success ? result.output : salvage(yaml.value, result.issues);
  const found = (result.issues ?? []).map((issue) => toFound(issue));
  if (document !== undefined) {
    checkRules(document, knownPairs(yaml.value, document.pairs), (path, message, fix) => {
      found.push({ path, message, ...(fix === undefined ? {} : { fix }) });
    });
  }
  if (result.success && found.length === 0) return { config: normalise(result.output), problems: [] };
  return { problems: found.map((entry) => toProblem(entry, yaml)).toSorted((a, b) => offset(a) - offset(b)) };
}

function toProblem({ path, message, fix }: Found, yaml: YamlText): Problem {
  return { path: formatPath(path), ...yaml.locate(path), message, ...(fix === undefined ? {} : { fix }) };
}

/** Orders by line, then by column: no line is that long. */
function offset({ line = 0, column = 0 }: Problem): number {
  return line * 1e6 + column;
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
function salvage(value: unknown, issues: Issues): v.InferOutput<typeof CONFIG_SCHEMA> | undefined {
  if (!isMapping(value)) return undefined;
  const rest: Record<string, unknown> = { ...structuredClone(value), version: 1 };
  for (const [section = '', name] of issues.map((issue) => pathOf(issue))) {
    const part = rest[section];
    if (section === 'version') continue;
    if ((section === 'pairs' || section === 'mraps') && isMapping(part) && name !== undefined) delete part[name];
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
