import { setMaxListeners } from 'node:events';
import { type ExitCode, type Io, worse, type Writer } from './io.ts';
import { run } from './program.ts';

/** Runs one command line in this process and resolves to its exit code. With config.ts the only reader of the process. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const abort = new AbortController();
  setMaxListeners(0, abort.signal); // every request listens; Node would take it for a leak
  const giveUp = (): void => abort.abort();
  process.once('SIGINT', giveUp).once('SIGTERM', giveUp); // once: the second time ends the process at once
  const io: Io = {
    stdout: toWriter(process.stdout),
    stderr: toWriter(process.stderr),
    get stdin() {
      return process.stdin; // opened when first asked for
    },
    env: process.env,
    cwd: process.cwd(),
    signal: abort.signal,
    exit(code) {
      exitCode = worse(exitCode, code);
    },
  };
  try {
    await run(args, io);
  } finally {
    process.off('SIGINT', giveUp).off('SIGTERM', giveUp);
  }
  return exitCode;
}

function toWriter(stream: NodeJS.WriteStream): Writer {
  // A reader that has seen enough (`| head`) closes the pipe; that is no error of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY,
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
  };
}
