import { cases } from '../test/contract/cases/index.ts';
import type { Server } from '../test/contract/contract.ts';
import { setEnvironment } from '../test/contract/our-adapters.ts';
import { type CaseResult, type Outcome, optOutProblems, runContract } from '../test/contract/run-contract.ts';
import { createMoto } from '../test/contract/servers/moto.ts';
import { sandbox } from '../test/contract/servers/sandbox.ts';

/** Runs the contract against the sandbox and a server that we did not write, and prints the matrix: cases × servers. */

const LONGEST_MESSAGE = 300;

const MARKS: Readonly<Record<Outcome, string>> = {
  passed: 'yes',
  failed: 'FAILED',
  'opted-out': 'opted out',
  'unexpected-pass': 'PASSED, opt-out not needed',
};

async function runServer(server: Server): Promise<readonly CaseResult[]> {
  const running = await server.start();
  setEnvironment(running);
  try {
    return await runContract(server, running, cases);
  } finally {
    await running.close();
  }
}

function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

const only = process.env['CONTRACT_SERVERS']?.split(',');
const moto = createMoto(process.env['MOTO_SERVER'] ?? '.venv-contract/bin/moto_server');
const servers = [sandbox, moto].filter(({ name }) => only?.includes(name) ?? true);
const columns = new Map<Server, readonly CaseResult[]>();
for (const server of servers) columns.set(server, await runServer(server));

print(['case', ...servers.map(({ name }) => name)].join(' | '));
print(['---', ...servers.map(() => '---')].join(' | '));
for (const [index, name] of Object.keys(cases).entries()) {
  const marks = servers.map((server) => {
    const outcome = columns.get(server)?.[index]?.outcome ?? 'failed';
    return outcome === 'opted-out' ? `opted out: ${server.optOuts[name] ?? ''}` : MARKS[outcome];
  });
  print([name, ...marks].join(' | '));
}

print();
const problems: string[] = [];
for (const [server, results] of columns) {
  const count = (outcome: Outcome): number => results.filter((one) => one.outcome === outcome).length;
  const share = Math.round((100 * Object.keys(server.optOuts).length) / results.length);
  print(
    `${server.name}: ${results.length} cases, ${count('passed')} passed, ${count('failed')} failed, ` +
      `${count('opted-out')} opted out (${share} %), ${count('unexpected-pass')} opt-outs not needed`,
  );
  problems.push(...optOutProblems(server, cases));
  for (const { name, outcome, error } of results) {
    if (outcome === 'failed') problems.push(`${server.name} fails: ${name}\n    ${describe(error)}`);
    if (outcome === 'unexpected-pass') problems.push(`${server.name} passes, the opt-out is no longer needed: ${name}`);
  }
}
for (const problem of problems) print(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

/** The message of an error and of what caused it, on one line. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` because: ${describe(error.cause)}`;
  return `${error.name}: ${error.message.replaceAll(/\s+/g, ' ').slice(0, LONGEST_MESSAGE)}${cause}`;
}
