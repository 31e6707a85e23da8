import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The options of this command line. What is wrong with them is told on stderr, and ends the command with exit code 2. */
export function readOptions<T extends NonNullable<ParseArgsConfig['options']>>(
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>['values'] {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n--help tells what there is\n`);
    return process.exit(2);
  }
}
