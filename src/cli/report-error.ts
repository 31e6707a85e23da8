import { HoldfastError } from '../errors.ts';
import type { Io } from './io.ts';
import { printable } from './printable.ts';

/** What the AWS SDK says does not tell somebody who has just cloned this what to do. */
const WITHOUT_CREDENTIALS =
  'This shell has no AWS credentials: set AWS_PROFILE. Without an account: npm start -- --config holdfast.yml, and its environment.\n';

/** An error about us in one line; `HOLDFAST_DEBUG=1` adds the stack. Errors say nothing about objects: exit code 2. */
export function reportError(error: unknown, { stderr, env, signal }: Pick<Io, 'stderr' | 'env' | 'signal'>): 2 {
  if (signal.aborted) {
    stderr.write('holdfast: interrupted\n');
    return 2;
  }
  const kind = error instanceof HoldfastError ? error.kind : 'unexpected';
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split('\n').map((line) => printable(line));
  stderr.write(`holdfast: ${kind}: ${lines.join('\n')}\n`);
  if (message.includes('CredentialsProviderError')) stderr.write(WITHOUT_CREDENTIALS);
  if (env['HOLDFAST_DEBUG'] === '1' && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
  return 2;
}
