import { HoldfastError } from '../src/errors.ts';
import { HELP, parseOptions } from './options.ts';
import { play } from './play.ts';
import { rehearse } from './rehearse.ts';
import { createScreen } from './screen.ts';

/** Columns where nobody says how wide the terminal is. */
const USUAL_COLUMNS = 100;

/** Runs the show with the arguments of the command line; resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const giveUp = (): void => stop.abort();
  process.once('SIGINT', giveUp).once('SIGTERM', giveUp); // once: the second time ends the process at once
  try {
    const options = parseOptions(args);
    if (options.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const { stdout, stderr, env } = process;
    const screen = createScreen({
      json: options.json,
      stdout,
      stderr,
      columns: stdout.columns ?? USUAL_COLUMNS,
      colours: stdout.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb',
      elapsedMs: () => performance.now(),
    });
    const { config } = options;
    if (config !== undefined) return await rehearse({ ...options, config }, screen, stop.signal);
    return await play(options, screen, stop.signal);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.kind !== 'invalid-config') throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  } finally {
    process.off('SIGINT', giveUp).off('SIGTERM', giveUp);
  }
}
