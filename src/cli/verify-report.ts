import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { verifyReport } from '../audit/verify-report.ts';
import { HoldfastError } from '../errors.ts';
import type { Io } from './io.ts';
import { formatCount, printable } from './printable.ts';

interface VerifyReportOptions {
  readonly root?: string;
  readonly json: boolean;
}

const EXAMPLES = `
Every hash in the report is computed again. With --root, which an alert or an object under Object Lock has kept, it is also proved
that this is the report of then.

Exit code 0: the report is whole; 1: something in it was changed, or is missing; 2: it cannot be read.
`;

/** `holdfast verify-report`: whether a report is what the audit has written. */
export function verifyReportCommand(io: Io): Command {
  return new Command('verify-report')
    .description('prove that the report of an audit is whole and unchanged')
    .argument('<file>', 'report.ndjson')
    .option('--root <hex>', 'the root as it was published')
    .option('--json', 'one JSON object', false)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, { root, json }: VerifyReportOptions) => {
      const input = createReadStream(resolve(io.cwd, file));
      const lines = createInterface({ input, crlfDelay: Infinity });
      const proof = await verifyReport(lines).catch((cause: unknown) => {
        throw new HoldfastError('invalid-config', 'cli', `${file} cannot be read`, { cause });
      });
      const isOther = root !== undefined && root !== proof.root;
      const problems = [...proof.problems, ...(isOther ? [`the root is not ${root}: this is another report`] : [])];
      const text = [
        ...problems.map((problem) => `changed: ${printable(problem)}\n`),
        `${formatCount(proof.shards)} shards, ${formatCount(proof.findings)} findings, root ${proof.root ?? 'none'}\n`,
        problems.length === 0 ? 'The report is whole.\n' : '',
      ].join('');
      io.stdout.write(json ? `${JSON.stringify({ kind: 'report', ...proof, problems })}\n` : text);
      io.exit(problems.length === 0 ? 0 : 1);
    });
}
