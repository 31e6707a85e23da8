import { parseArgs } from 'node:util';
import { play } from './play.ts';
import { createScreen } from './screen.ts';

const HELP = `npm start -- [options]

Builds and packages Holdfast, deploys it into an embedded cloud on this machine, uploads objects of every kind, plants faults
and shows what a subscriber of the alerts hears. Needs no AWS account and no network.

  --folder DIR   upload the files of this folder instead of made-up ones
  --keep         stay up afterwards, for clients of your own (see the printed environment)
  --port N       port of the embedded cloud (default: any free one)
  --seed N       repeat the chance of another run
  --json         one JSON object per line on stdout
  --help         this text

Exit code 0: every planted fault was found and nothing healthy was accused. 1: otherwise. 2: bad usage or no show at all.
`;

/** Runs the show with the arguments of the command line; resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const start = performance.now();
  const screen = createScreen({
    json: options.json,
    stdout: process.stdout,
    stderr: process.stderr,
    elapsedMs: () => performance.now() - start,
  });
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  return play(options, screen, stop.signal);
}

function parseOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      folder: { type: 'string' },
      keep: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const port = toInteger('--port', values.port, 65_535);
  const seed = toInteger('--seed', values.seed ?? String(process.pid), 0xff_ff_ff_ff);
  return {
    ...(values.folder === undefined ? {} : { folder: values.folder }),
    keep: values.keep,
    json: values.json,
    help: values.help,
    port,
    seed,
  };
}

function toInteger(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= most && text.trim() !== '') return value;
  throw new Error(`expected ${name} to be a whole number from 0 to ${most}, got ${text}`);
}
