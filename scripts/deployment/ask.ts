import { createInterface } from 'node:readline/promises';

/**
 * Whether to go on. Without a terminal nobody can answer, so that only `--yes` says it. Throws what to do instead.
 */
export async function ask(question: string, { yes }: { readonly yes: boolean }): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new Error('nothing was done: add --yes, since nobody can be asked here');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
