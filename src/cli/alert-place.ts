import { Command } from 'commander';
import { isMissingTable } from '../adapters/aws/translate-error.ts';
import { HoldfastError } from '../errors.ts';
import { stackRegions } from '../model/config.ts';
import type { ExitCode, Io } from './io.ts';
import { aheadOption } from './mrap-options.ts';
import { CONFIG_OPTION, configFile } from './pair-options.ts';
import type { Services } from './services.ts';
import type { Connect } from './verify.ts';

/** What every command about alerts takes. */
export interface AlertOptions {
  readonly stage: string;
  readonly region?: readonly string[];
  readonly config?: string;
  readonly endpoint?: string;
  readonly ahead: number;
  readonly json: boolean;
}

/** Where a command about alerts works. */
export interface AlertQuestion {
  readonly stage: string;
  readonly regions: readonly string[];
  readonly json: boolean;
}

export interface AlertWork<Options> {
  readonly question: AlertQuestion;
  readonly options: Options;
  readonly services: Services;
  readonly io: Io;
  readonly args: readonly string[];
}

/** A command with the options that all of them have, which ends as `run` says. */
export function alertCommand<Options extends AlertOptions>(
  name: string,
  { io, connect }: { readonly io: Io; readonly connect: Connect },
  run: (work: AlertWork<Options>) => Promise<ExitCode>,
): Command {
  const command = new Command(name)
    .option('--stage <name>', 'of the deployed stacks', 'dev')
    .option('--region <region...>', 'only there; every Region with a stack')
    .option(...CONFIG_OPTION)
    .option('--endpoint <url>', 'another server than AWS; also AWS_ENDPOINT_URL')
    .addOption(aheadOption())
    .option('--json', 'one JSON object to a line', false);
  return command.action(async () => {
    const options: Options = command.opts();
    const config = configFile(options.config, io);
    const services = await connect({
      concurrency: 4,
      ...(config === undefined ? {} : { config }),
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      ...(options.ahead === 0 ? {} : { aheadMs: () => options.ahead }),
      onlyCurrent: () => undefined, // nothing is listed
    });
    const { stage, region, json } = options;
    const regions = region ?? stackRegions(services.config);
    if (regions.length === 0) {
      const message = 'expected a configuration with pairs, or --region, got neither';
      throw new HoldfastError('invalid-config', 'cli', message);
    }
    io.exit(await run({ question: { stage, regions, json }, options, services, io, args: command.args }));
  });
}

/** What was learnt in one Region; `unknown`: nothing, and why. */
export type Answered<T> =
  | { readonly region: string; readonly value: T }
  | { readonly region: string; readonly unknown: string };

/** Asks every Region at once. One that does not answer does not hide what the others say. */
export async function askRegions<T>(
  { regions, stage }: AlertQuestion,
  ask: (region: string) => Promise<T>,
): Promise<readonly Answered<T>[]> {
  return Promise.all(
    regions.map(async (region): Promise<Answered<T>> => {
      try {
        return { region, value: await ask(region) };
      } catch (error) {
        if (isMissingTable(error)) return { region, unknown: `there is no stack of the stage ${stage}` };
        if (error instanceof HoldfastError) return { region, unknown: `${error.kind}: ${error.message}` };
        throw error;
      }
    }),
  );
}
