import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { HoldfastError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import { type Link, linksOf } from '../model/link.ts';
import type { Io } from './io.ts';

const DEFAULT_FILE = 'holdfast.yml';

/** For the help text of every command that is about pairs. */
export const CONFIG_OPTION: readonly [string, string] = [
  '--config <file>',
  'the configuration; HOLDFAST_CONFIG, or holdfast.yml',
];

/** The configuration that a command about pairs goes by; `undefined`: there is none. */
export function configFile(given: string | undefined, { env, cwd }: Pick<Io, 'env' | 'cwd'>): string | undefined {
  const named = given ?? env['HOLDFAST_CONFIG'] ?? '';
  if (named !== '') return resolve(cwd, named);
  const usual = resolve(cwd, DEFAULT_FILE);
  return existsSync(usual) ? usual : undefined;
}

/** The links of the pair with this name, or of all. Throws `invalid-config`, which says what there is. */
export function linksOfPair(config: Config, name: string | undefined): readonly Link[] {
  const links = linksOf(config).filter(({ pair }) => name === undefined || pair === name);
  if (links.length > 0) return links;
  const names = config.pairs.map((pair) => pair.name);
  const known = names.length === 0 ? 'the configuration has no pairs: give --config' : `there are ${names.join(', ')}`;
  const problem = names.includes(name ?? '') ? `the pair ${name} has no destination` : `there is no pair ${name ?? ''}`;
  throw new HoldfastError('invalid-config', 'cli', name === undefined ? known : `${problem}; ${known}`);
}
