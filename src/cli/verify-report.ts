import { Command } from 'commander';
import { verifyReport } from '../audit/verify-report.ts';
import type { Io } from './io.ts';
import { openReport } from './open-report.ts';
import { formatCount, printable } from './printable.ts';
import type { Connect } from './verify.ts';

interface VerifyReportOptions {
  readonly root?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly json: boolean;
}

const EXAMPLES = `
Every hash in the report is computed again. With --root, which an alert or an object under Object Lock has kept, it is also proved
that this is the report of then. An object may end in ?versionId=...: under Object Lock that version cannot be replaced.

Exit code 0: the report is whole; 1: something in it was changed, or is missing; 2: it cannot be read.
`;

/** `holdfast verify-report`: whether a report is what the audit has written. */
export function verifyReportCommand(io: Io, connect: Connect): Command {
  return new Command('verify-report')
    .description('prove that the report of an audit is whole and unchanged')
    .argument('<place>', 'report.ndjson: a file, or s3://bucket/prefix/report.ndjson')
    .option('--root <hex>', 'the root as it was published')
    .option('--region <region>', 'of the bucket; found out by asking S3 when left out')
    .option('--endpoint <url>', 'of an S3-compatible server')
    .option('--json', 'one JSON object', false)
    .addHelpText('after', EXAMPLES)
    .action(async (place: string, { root, region, endpoint, json }: VerifyReportOptions) => {
      const services = async () =>
        connect({
          concurrency: 1,
          ...(region === undefined ? {} : { region }),
          ...(endpoint === undefined ? {} : { endpoint }),
          onlyCurrent: () => undefined,
        });
      const proof = await verifyReport(openReport(place, services, io));
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
