import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ask } from './deployment/ask.ts';
import { type Chosen, choose, expectOwnAccount, expectPackaged, packageStacks } from './deployment/command.ts';
import { callerAccount } from './deployment/stacks-of-account.ts';
import { lookAt, renderStanding, type Standing, toStandingRecord } from './deployment/standing.ts';
import { readOptions } from './deployment/read-options.ts';
import { createTell, HalfDone, runCommand, type Tell } from './deployment/tell.ts';
import { progress, serverless } from './stacks.ts';

const HELP = `npm run remove -- --stage STAGE [options]

Shows what stands and what would be lost, asks, and removes the stacks of every Region of the configuration (HOLDFAST_CONFIG, or
holdfast.yml). Ledgers and reports of audits stay, because they cannot be made again. The same command again goes on where it
stopped.

  --stage NAME    of the stacks holdfast-NAME
  --yes           do not ask
  --packaged      go by what npm run package left, instead of packaging now
  --region R      only this Region; can be repeated
  --with-tables   remove the ledgers too, and all that they know
  --force         even while buckets notify these stacks: their events are lost then
  --json          one JSON object to a line on stdout: what stands, what was removed, where it failed
  --help          this text

Exit code 0: nothing stands any more; 1: you said no; 2: refused or failed.
`;

/** What is sent to a queue that is gone is lost. */
function expectUnwired({ config, stage }: Chosen, standing: readonly Standing[]): void {
  const wired = standing.flatMap((one) => one.wired);
  const isBridged = standing.some(({ rules }) => rules.length > 0);
  if (wired.length === 0 && !isBridged) return;
  const pairs = config.pairs.filter(
    ({ source, destinations }) => isBridged || [source, ...destinations].some(({ bucket }) => wired.includes(bucket)),
  );
  const commands = pairs.map(({ name }) => `  npx holdfast unwire ${name} --stage ${stage} --yes`);
  throw new Error(`buckets still notify these stacks; first:\n${commands.join('\n')}\n(or --force)`);
}

async function removeRegion(
  { stage, stack }: Chosen,
  { region, stack: found, tables }: Standing,
  { withTables, tell }: Means,
): Promise<void> {
  if (found !== undefined) {
    progress(`${region}: removing ${stack}`);
    await serverless(['remove', '--region', region, '--stage', stage], { cwd: '.', verbose: true });
    progress(`${region}: removed`);
    tell([], { kind: 'removed', region, stack });
  }
  const client = new DynamoDBClient({ region });
  for (const table of withTables ? tables.keys() : []) {
    await client.send(new DeleteTableCommand({ TableName: table }));
    progress(`${region}: removed ${table}`);
    tell([], { kind: 'removed', region, table });
  }
}

interface Means {
  readonly withTables: boolean;
  readonly tell: Tell;
}

async function remove(chosen: Chosen, standing: readonly Standing[], means: Means): Promise<void> {
  for (const [index, one] of standing.entries()) {
    try {
      await removeRegion(chosen, one, means);
    } catch (error) {
      const [done, rest] = [standing.slice(0, index), standing.slice(index + 1)].map((some) =>
        some.map(({ region }) => region),
      );
      const said = [
        error instanceof Error ? error.message : String(error),
        `${one.region} failed; removed before it: ${done?.join(', ') || 'none'}; not begun: ${rest?.join(', ') || 'none'}`,
        'Mend what AWS complains about and give the same command again.',
      ];
      const record = { kind: 'failed', region: one.region, removed: done, notBegun: rest };
      throw new HalfDone(said.join('\n'), record, { cause: error });
    }
  }
}

const options = readOptions({
  stage: { type: 'string' },
  yes: { type: 'boolean', default: false },
  packaged: { type: 'boolean', default: false },
  region: { type: 'string', multiple: true },
  'with-tables': { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});
const tell = createTell(options);

async function main(): Promise<number> {
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const chosen = await choose(options, 'remove');
  if (options.packaged) await expectPackaged(chosen);
  const account = await callerAccount(chosen.regions[0] ?? '');
  expectOwnAccount(chosen, account);
  const standing = await Promise.all(chosen.regions.map(async (region) => lookAt(chosen, { region, account })));
  tell([`In account ${account}:`, ...standing.flatMap(renderStanding)], ...standing.map(toStandingRecord));
  const withTables = options['with-tables'];
  const isGone = standing.every(({ stack, tables }) => stack === undefined && (tables.size === 0 || !withTables));
  if (isGone) return 0;
  if (!options.force) expectUnwired(chosen, standing);
  const what = withTables
    ? 'the stacks, and the ledgers with all that they know; reports stay'
    : 'the stacks; ledgers and reports stay';
  if (!(await ask(`Remove ${what}?`, options))) return 1;
  // The framework reads what it removes.
  if (standing.some(({ stack }) => stack !== undefined) && !options.packaged) await packageStacks(chosen);
  await remove(chosen, standing, { withTables, tell });
  return 0;
}

await runCommand(main, tell);
