import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** Says what is being done and when: packaging takes seconds, a deployment minutes. */
export function progress(message: string): void {
  process.stderr.write(`${(performance.now() / 1000).toFixed(1).padStart(7)} s  ${message}\n`);
}

interface ServerlessOptions {
  /** Folder of serverless.yml. */
  readonly cwd: string;
  /** Let its output through, instead of keeping it for the message of a failure. */
  readonly verbose?: boolean;
}

/** Runs the framework of this repository, whichever `serverless` may be on the PATH. Rejects with its output. */
export function serverless(args: readonly string[], { cwd, verbose = false }: ServerlessOptions): Promise<void> {
  return run([resolve('node_modules/serverless/bin/serverless.js'), ...args], { cwd, verbose });
}

/** Runs a script of this repository. What it says on stderr goes on to ours. */
export function tsx(args: readonly string[]): Promise<void> {
  return run(['--import', 'tsx', ...args], { cwd: '.', verbose: true });
}

function run(args: readonly string[], { cwd, verbose = false }: ServerlessOptions): Promise<void> {
  return new Promise((done, fail) => {
    const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (verbose) process.stderr.write(text);
      });
    }
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`node ${args.join(' ')} ended with ${code}:\n${output.trim()}`));
    });
  });
}
