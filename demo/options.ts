import { parseArgs } from 'node:util';
import { HoldfastError } from '../src/errors.ts';

export const HELP: string = `npm start -- [options]

Builds and packages Holdfast, deploys it into an embedded cloud on this machine, uploads objects of every kind, plants faults
in them (act one: integrity) and in how they are replicated (act two: replication), takes a whole Region out (act three: region),
and shows what a subscriber of the alerts hears. Needs no AWS account and no network.

  --config FILE  no show: deploy your own configuration, with buckets as they should be, and stay up, so that you can try
                 doctor, wire and everything else on it
  --folder DIR   upload the files of this folder instead of made-up ones; plays the first act only
  --only ACT     play one act: integrity, replication or region
  --keep         stay up afterwards, for clients of your own (see the printed environment); without the third act
  --port N       port of the embedded cloud (default: any free one)
  --seed N       repeat the chance of another run
  --stacks DIR   deploy these packaged stacks, one folder for each Region, instead of packaging; without the third act, or
                 with --only region for it
  --patience N   give up after so many seconds in which nothing new was heard (default: 45)
  --json         one JSON object per line on stdout
  --help         this text

Exit code 0: every planted fault was found and nothing healthy was accused. 1: otherwise. 2: bad usage or no show at all.
`;

const ACTS = ['integrity', 'replication', 'region'] as const;

export type Act = (typeof ACTS)[number];

export interface DemoOptions {
  /** In this order. */
  readonly acts: readonly Act[];
  /** Somebody's own configuration, to be rehearsed instead of the show. */
  readonly config?: string;
  readonly folder?: string;
  readonly stacks?: string;
  readonly keep: boolean;
  readonly port: number;
  readonly seed: number;
  /** How long nothing new may be heard before what is still missing counts as missing. */
  readonly patienceMs: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** Reads the command line; throws an `invalid-config` that says what was expected. */
export function parseOptions(args: readonly string[]): DemoOptions {
  const { config, folder, stacks, only, keep, json, help, ...numbers } = parse(args);
  if (config !== undefined && [folder, stacks, only].some((other) => other !== undefined))
    throw new HoldfastError('invalid-config', 'demo', 'expected --config without --folder, --stacks and --only');
  return {
    ...(config === undefined ? {} : { config }),
    ...(folder === undefined ? {} : { folder }),
    ...(stacks === undefined ? {} : { stacks }),
    acts: toActs(only, { folder, inOneCloud: stacks !== undefined || keep }),
    keep,
    json,
    help,
    port: toInteger('--port', numbers.port, 65_535),
    seed: toInteger('--seed', numbers.seed ?? String(process.pid), 0xff_ff_ff_ff),
    patienceMs: 1_000 * toInteger('--patience', numbers.patience, 3_600),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        config: { type: 'string' },
        folder: { type: 'string' },
        stacks: { type: 'string' },
        only: { type: 'string' },
        keep: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        seed: { type: 'string' },
        patience: { type: 'string', default: '45' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HoldfastError('invalid-config', 'demo', `${message}\n\n${HELP.trimEnd()}`, { cause });
  }
}

/** The files of a folder are uploaded in the first act; the third has a cloud of its own. */
function toActs(
  only: string | undefined,
  { folder, inOneCloud }: { readonly folder: string | undefined; readonly inOneCloud: boolean },
): readonly Act[] {
  if (only === undefined && folder === undefined) return ACTS.filter((act) => act !== 'region' || !inOneCloud);
  if (only === undefined) return ['integrity'];
  const act = ACTS.find((name) => name === only);
  const expected = folder === undefined ? ACTS.join(' or ') : 'integrity with --folder';
  if (act === undefined || (folder !== undefined && act !== 'integrity'))
    throw new HoldfastError('invalid-config', 'demo', `expected --only to be ${expected}, got ${only}`);
  return [act];
}

function toInteger(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= most && text.trim() !== '') return value;
  throw new HoldfastError(
    'invalid-config',
    'demo',
    `expected ${name} to be a whole number from 0 to ${most}, got ${text}`,
  );
}
