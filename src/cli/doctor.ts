import { Command } from 'commander';
import { gatherPair } from '../gather/gather-pair.ts';
import { linkId } from '../model/link.ts';
import { allPairFacts } from '../watch-config.ts';
import { diagnoseKeys } from './diagnose-keys.ts';
import { type Changed, type Diagnosis, diagnosePair } from './diagnose-pair.ts';
import { gatherBridges } from './gather-bridges.ts';
import type { Io } from './io.ts';
import { CONFIG_OPTION, configFile, linksOfPair } from './pair-options.ts';
import { renderDiagnosis } from './render-diagnosis.ts';
import type { Services } from './services.ts';
import type { Connect } from './verify.ts';

interface DoctorOptions {
  readonly json: boolean;
  readonly stage: string;
  readonly config?: string;
  readonly endpoint?: string;
}

const EXAMPLES = `
Only reads, with the credentials of your shell, and works before anything is deployed. Each question is answered yes or NO; a
note says what could be better, ? what could not be judged and which permission that takes, - what does not apply here.
The commands under a NO are complete: they keep every other rule, entry and statement as it was found. Read them before you run
them. Where two findings change the same setting, only the first has commands: run them, then the doctor again.

Examples:
  holdfast doctor                     every pair of the configuration
  holdfast doctor orders --json       one pair, one line of JSON for each direction

Exit code 0: the pairs can be trusted; 1: something is wrong; 2: something could not be judged.
`;

/** `holdfast doctor`: whether a pair can be trusted today, and what to do if not. */
export function doctorCommand(io: Io, connect: Connect): Command {
  return new Command('doctor')
    .description('say whether pairs are set up so that they can be trusted, with the command for each fault')
    .argument('[pair]', 'name of the pair in the configuration; all')
    .option('--stage <name>', 'of the stacks whose queues the buckets should notify', 'dev')
    .option(...CONFIG_OPTION)
    .option('--endpoint <url>', 'another server than AWS; also AWS_ENDPOINT_URL')
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (pair: string | undefined, options: DoctorOptions) => {
      const config = configFile(options.config, io);
      const services = await connect({
        concurrency: 16,
        ...(config === undefined ? {} : { config }),
        ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
        onlyCurrent: () => undefined, // nothing is listed
      });
      await examine(pair, options, { services, io });
    });
}

async function examine(
  pair: string | undefined,
  { json, stage }: DoctorOptions,
  { services, io }: { readonly services: Services; readonly io: Io },
): Promise<void> {
  const { config } = services;
  const ports = { ...services, stacks: services.stack(stage).stacks };
  const call = { signal: io.signal };
  const told = new Set<string>();
  const changed = new Map<string, Changed>();
  const counts = { yes: 0, no: 0, 'cannot-tell': 0 };
  for (const link of linksOfPair(config, pair)) {
    const seen = await gatherPair({ link, config, needs: allPairFacts }, ports, call);
    const facts = await gatherBridges(seen, { stage, rules: services.rules }, call);
    const kms = await diagnoseKeys(facts, services.usage, call);
    const diagnosis = diagnosePair(facts, { stage, kms, changed });
    counts[diagnosis.trusted] += 1;
    io.stdout.write(
      json
        ? `${JSON.stringify(toRecord(diagnosis))}\n`
        : `${renderDiagnosis(diagnosis, { isTerminal: io.stdout.isTerminal, told })}\n`,
    );
    if (diagnosis.trusted === 'no') io.exit(1);
    if (diagnosis.questions.some(({ answer }) => answer === 'unknown')) io.exit(2);
  }
  if (json) io.stdout.write(`${JSON.stringify({ kind: 'summary', trusted: counts })}\n`);
}

function toRecord({ facts, trusted, questions, notes }: Diagnosis): object {
  const { pair, source, destination } = facts.link;
  return {
    kind: 'link',
    link: linkId(facts.link),
    pair,
    source: { bucket: source.bucket, region: source.region },
    destination: { bucket: destination.bucket, region: destination.region },
    trusted,
    questions: questions.map(({ id, states, answer, findings }) => ({
      id,
      states,
      answer,
      findings: findings.map(({ finding, severity, fingerprint, after }) => {
        return { ...finding, severity, fingerprint, ...(after === undefined ? {} : { after }) };
      }),
    })),
    notes,
  };
}
