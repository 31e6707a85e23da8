import { Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { Config, MrapConfig } from '../model/config.ts';
import type { Io } from './io.ts';
import { configFile } from './pair-options.ts';
import type { Services } from './services.ts';
import type { Connect } from './verify.ts';

/** What every command about an access point takes. */
export interface MrapOptions {
  readonly stage: string;
  readonly config?: string;
  /** How far the clock of a sandbox is ahead of this machine's, in milliseconds. */
  readonly ahead: number;
  readonly json: boolean;
}

export const MRAP_ARGUMENT: readonly [string, string] = ['<mrap>', 'name of the access point in the configuration'];

/** For tests and the show: a person has no clock but that of the machine. */
export function aheadOption(): Option {
  return new Option('--ahead <ms>', 'how far the clock of a sandbox is ahead').default(0).argParser(Number).hideHelp();
}

/** Where a command about an access point works. */
export interface MrapPlace {
  readonly mrap: MrapConfig;
  readonly services: Services;
}

/** Throws `invalid-config`, which says what there is. */
export async function connectToMrap(
  name: string,
  { config, ahead }: { readonly config?: string; readonly ahead: number | (() => number) },
  { io, connect }: { readonly io: Io; readonly connect: Connect },
): Promise<MrapPlace> {
  const file = configFile(config, io);
  const services = await connect({
    concurrency: 8,
    ...(file === undefined ? {} : { config: file }),
    ...(ahead === 0 ? {} : { aheadMs: typeof ahead === 'number' ? () => ahead : ahead }),
    onlyCurrent: () => undefined, // nothing is listed
  });
  return { mrap: mrapNamed(services.config, name), services };
}

function mrapNamed({ mraps }: Config, name: string): MrapConfig {
  const found = mraps.find((mrap) => mrap.name === name);
  if (found !== undefined) return found;
  const names = mraps.map((mrap) => mrap.name);
  const known = names.length === 0 ? 'the configuration has none: see mraps' : `there are ${names.join(', ')}`;
  throw new HoldfastError('invalid-config', 'cli', `there is no access point ${name}; ${known}`);
}
