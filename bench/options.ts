import { parseArgs } from 'node:util';

const MIB = 1024 * 1024;

/** How much is measured. */
export interface BenchOptions {
  /** Only to see that everything runs: no figure of such a run may be quoted. */
  readonly quick: boolean;
  /** Interleaved rounds of G4, G5 and G7 to G9. */
  readonly rounds: number;
  /** Uncounted rounds before them: caches fill, frequencies settle. */
  readonly warmUps: number;
  /** Of the object that G4 and G5 verify. */
  readonly sizeBytes: number;
  /** Interleaved starts per function (G10). */
  readonly starts: number;
  /** How many small objects are inspected. */
  readonly objects: number;
}

/** What was asked for on the command line. */
export interface CommandLine {
  readonly bench: BenchOptions;
  /** Goals to measure; empty: all. */
  readonly only: ReadonlySet<string>;
  /** Install the peers first: needs the network. */
  readonly peers: boolean;
  /** One row per line as JSON instead of the table. */
  readonly json: boolean;
  /** Exit 1 where a target is not met. */
  readonly strict: boolean;
}

export const USAGE = `npm run bench -- [options]

  --peers        install the peers into bench/ first (npm, and pip into bench/.venv)
  --only GOALS   e.g. G4,G10,inspection
  --size MIB     size of the object of G4 and G5; 1024 where left out
  --rounds N     interleaved rounds of G4, G5 and G7 to G9; 5 where left out
  --quick        small and short: shows that everything runs, not how fast
  --json         NDJSON: the machine first, then one row per line
  --strict       exit 1 where a target is not met
`;

/** Throws where an option is unknown or a number is not one. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      size: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
    },
  });
  const { quick, peers, json, strict } = values;
  const goals = values.only.split(',').map((goal) => goal.trim().toLowerCase());
  return {
    bench: {
      quick,
      rounds: toCount('--rounds', values.rounds) ?? (quick ? 2 : 5),
      warmUps: quick ? 0 : 1,
      sizeBytes: (toCount('--size', values.size) ?? (quick ? 32 : 1024)) * MIB,
      starts: quick ? 2 : 15,
      objects: quick ? 20 : 1000,
    },
    only: new Set(goals.filter((goal) => goal !== '')),
    peers,
    json,
    strict,
  };
}

function toCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`expected a whole number above 0 for ${option}, got ${text}`);
}
