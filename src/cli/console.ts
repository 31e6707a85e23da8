import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { createFeed } from '../console/feed.ts';
import { readPage } from '../console/page-files.ts';
import { poll } from '../console/poll.ts';
import { startServer } from '../console/server.ts';
import { HoldfastError } from '../errors.ts';
import { consoleWatches } from './console-watches.ts';
import { durationOption } from './duration-option.ts';
import type { Io } from './io.ts';
import { aheadOption } from './mrap-options.ts';
import { CONFIG_OPTION, configFile, linksOfPair } from './pair-options.ts';
import { auditsOf } from './report-audits.ts';
import type { Services } from './services.ts';
import type { Connect } from './verify.ts';

interface ConsoleOptions {
  readonly port: number;
  readonly stage: string;
  readonly pair: readonly string[];
  readonly overdueAfter: number;
  readonly ahead: number;
  readonly config?: string;
  readonly endpoint?: string;
  readonly json: boolean;
}

const EXAMPLES = `
Shows in a browser on this machine what holdfast status and the alerts say, live: lag, data at risk, findings, audits, KMS headroom
and the health of the stacks. It only reads, with the credentials of your shell, and listens on 127.0.0.1 alone. Whoever can run
programs on this machine can open the page as well.

Examples:
  holdfast console                          every pair of holdfast.yml
  holdfast console --stage prod --port 8700
  holdfast console --pair orders --pair logs

Runs until it is interrupted. Exit code 0: it was; 2: it could not start.
`;

/** `holdfast console`: a page on the loopback interface that shows what is known now. */
export function consoleCommand(io: Io, connect: Connect): Command {
  return new Command('console')
    .description('show lag, data at risk, alerts and limits in a browser on this machine, live')
    .option('--port <n>', 'port on 127.0.0.1; 0 takes any free one', portNumber, 0)
    .option('--stage <name>', 'stage of the deployed stacks', 'dev')
    .option('--pair <name>', 'only this pair; may be given again', (name, names: string[]) => [...names, name], [])
    .addOption(durationOption('--overdue-after <duration>', 'age from which a pending version is overdue', '15m'))
    .addOption(aheadOption())
    .option(...CONFIG_OPTION)
    .option('--endpoint <url>', 'another server than AWS; also AWS_ENDPOINT_URL')
    .option('--json', 'say where it listens as one JSON object', false)
    .addHelpText('after', EXAMPLES)
    .action(async (options: ConsoleOptions) => {
      const config = configFile(options.config, io);
      const services = await connect({
        concurrency: 8,
        ...(config === undefined ? {} : { config }),
        ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
        ...(options.ahead === 0 ? {} : { aheadMs: () => options.ahead }),
        onlyCurrent: () => undefined, // nothing is listed
      });
      await show(options, services, io);
    });
}

async function show(
  { port, stage, pair, overdueAfter, json }: ConsoleOptions,
  services: Services,
  io: Io,
): Promise<void> {
  const names = pair.length === 0 ? [undefined] : pair;
  const links = names.flatMap((name) => linksOfPair(services.config, name));
  const page = await readPage(pageFolder());
  const feed = createFeed(randomUUID());
  const pairs = new Set(links.map((link) => link.pair));
  feed.publish({
    kind: 'about',
    about: {
      stage,
      pairs: [...pairs],
      accessPoints: services.config.mraps.map(({ name }) => name),
      audits: auditsOf(services, pairs).map(({ audit }) => audit.name),
    },
  });
  const server = await startServer({ feed, page, port }).catch((cause: unknown) => {
    throw new HoldfastError('invalid-config', 'console', `cannot listen on port ${port}: ${String(cause)}`, { cause });
  });
  try {
    io.stdout.write(json ? `${JSON.stringify({ kind: 'console', url: server.url })}\n` : `${server.url}\n`);
    io.stderr.write('Open it in a browser on this machine. Interrupt (Ctrl-C) to end it.\n');
    const troubles = new Map<string, string>();
    await poll(consoleWatches({ stage, links, overdueAfterMs: overdueAfter }, { services, feed, call: io }), {
      signal: io.signal,
      wait: services.wait,
      onOutcome(what, error) {
        const before = troubles.get(what);
        const now = error === undefined ? undefined : messageOf(error);
        if (now === before) return;
        if (now === undefined) troubles.delete(what);
        else troubles.set(what, now);
        feed.publish({ kind: 'troubles', troubles: [...troubles].map(([name, why]) => ({ what: name, why })) });
      },
    });
  } finally {
    await server.close();
  }
}

/** Beside the command line in the package; where `npm run build` puts it in a clone. */
function pageFolder(): string {
  const packed = fileURLToPath(new URL('../console', import.meta.url));
  return existsSync(`${packed}/console.js`) ? packed : fileURLToPath(new URL('../../dist/console', import.meta.url));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isSafeInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('expected a port from 0 to 65535');
  }
  return port;
}
