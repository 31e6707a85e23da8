import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { priceConfig, renderPrice, toPriceRecord } from '../src/cli/config-price.ts';
import { ask } from './deployment/ask.ts';
import { type Chosen, choose, expectOwnAccount, expectPackaged, packageStacks } from './deployment/command.ts';
import { parseTemplate, planRegion, type RegionPlan, renderPlan, toPlanRecord } from './deployment/plan.ts';
import { readOptions } from './deployment/read-options.ts';
import { createTell, HalfDone, runCommand } from './deployment/tell.ts';
import {
  callerAccount,
  isSignalsQueue,
  queuesOf,
  reportsOf,
  standingStack,
  tablesOf,
} from './deployment/stacks-of-account.ts';
import { progress, serverless } from './stacks.ts';

const HELP = `npm run deploy -- --stage STAGE [options]

Packages the configuration (HOLDFAST_CONFIG, or holdfast.yml), shows what would change in every Region and what it costs, asks, and
deploys one Region after the other, with the AWS credentials of this shell. The same command again goes on where it stopped.

  --stage NAME              of the stacks holdfast-NAME, tables and functions; several can stand side by side
  --plan                    only show
  --yes                     do not ask
  --packaged                as npm run package left it, instead of packaging now
  --region R                only this Region; can be repeated
  --writes-per-second RATE  price the monitor for so many new versions in each pair (default: 1)
  --json                    one JSON object to a line on stdout: the plan, the price, what was deployed, where it failed
  --help                    this text

Exit code 0: deployed, or only shown; 1: you said no; 2: refused or failed.
`;

const options = readOptions({
  stage: { type: 'string' },
  plan: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  packaged: { type: 'boolean', default: false },
  region: { type: 'string', multiple: true },
  'writes-per-second': { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});
const tell = createTell(options);

const TEMPLATE = 'cloudformation-template-update-stack.json';

/** Which failures leave what behind is said in the message. */
async function deploy(chosen: Chosen): Promise<void> {
  const { regions, stage } = chosen;
  const done: string[] = [];
  for (const region of regions) {
    progress(`${region}: deploying`);
    try {
      const args = ['deploy', '--package', join('stacks', region), '--region', region, '--stage', stage];
      await serverless(args, { cwd: '.', verbose: true });
    } catch (error) {
      const rest = regions.slice(done.length + 1);
      const said = [
        error instanceof Error ? error.message : String(error),
        `${region} failed; deployed before it: ${done.join(', ') || 'none'}; not begun: ${rest.join(', ') || 'none'}`,
        'Mend what AWS complains about and give the same command again.',
      ];
      const record = { kind: 'failed', region, deployed: done, notBegun: rest };
      throw new HalfDone(said.join('\n'), record, { cause: error });
    }
    done.push(region);
    progress(`${region}: deployed`);
    tell([], { kind: 'deployed', region });
  }
}

async function planOf({ stack, stage, regions }: Chosen, account: string): Promise<readonly RegionPlan[]> {
  return Promise.all(
    regions.map(async (region) => {
      const packaged = parseTemplate(await readFile(join('stacks', region, TEMPLATE), 'utf8'));
      const isAudited = 'ReportsBucket' in packaged.Resources;
      const [standing, tables, buckets] = await Promise.all([
        standingStack(stack, region),
        tablesOf(stage, region),
        isAudited ? reportsOf(stage, region, account) : [],
      ]);
      const deployed = standing === undefined ? {} : { deployed: standing.template };
      return planRegion({ region, stack, packaged, tables, buckets, ...deployed });
    }),
  );
}

/** Tables and reports outlive their stack, because they cannot be made again; a new stack cannot create them over again. */
function expectWay(plans: readonly RegionPlan[], stage: string): void {
  const found = plans.flatMap(({ region, inTheWay }) => inTheWay.map((name) => `${name} in ${region}`));
  if (found.length === 0) return;
  throw new Error(
    `something of an earlier stack is still there: ${found.join(', ')}.\n` +
      'Import it into a stack (docs/deploy.md), or give up what it holds. Tables: npm run remove -- --stage ' +
      `${stage} --with-tables. Buckets with reports: empty and delete them by hand.`,
  );
}

async function showPrice({ config }: Chosen, versionsPerSecond: number): Promise<void> {
  const price = await priceConfig(config, { versionsPerSecond, kmsShare: 0 });
  tell(['', renderPrice(price)], toPriceRecord(price));
}

async function showNext({ stack, stage, regions, config }: Chosen): Promise<void> {
  for (const region of regions) {
    const standing = await standingStack(stack, region);
    if (standing === undefined) throw new Error(`${region}: there is no stack ${stack} after its deployment`);
    const queue = (await queuesOf(stack, region)).find((each) => isSignalsQueue(stack, each));
    const [signals, alerts] = [queue?.arn, standing.resources['AlertTopic']];
    tell([`${region}  signals  ${signals ?? 'no queue'}`, `${region}  alerts   ${alerts ?? 'no topic'}`], {
      kind: 'stack',
      region,
      signals,
      alerts,
    });
  }
  const pairs = config.pairs.map(({ name }) => `  npx holdfast wire ${name} --stage ${stage}`);
  tell(['', 'Buckets do not tell Holdfast anything yet. See what it takes:', ...pairs]);
}

async function main(): Promise<number> {
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const rate = Number(options['writes-per-second']);
  if (!(rate >= 0)) throw new Error('expected --writes-per-second to be a number that is not negative');
  const chosen = await choose(options, 'deploy');
  if (options.packaged) await expectPackaged(chosen);
  const account = await callerAccount(chosen.regions[0] ?? '');
  expectOwnAccount(chosen, account);
  if (!options.packaged) await packageStacks(chosen);
  const plans = await planOf(chosen, account);
  tell(['', `In account ${account}:`, ...plans.flatMap(renderPlan)], ...plans.map(toPlanRecord));
  await showPrice(chosen, rate);
  expectWay(plans, chosen.stage);
  if (options.plan) return 0;
  if (!(await ask(`Deploy into ${chosen.regions.join(', ')}?`, options))) return 1;
  await deploy(chosen);
  await showNext(chosen);
  return 0;
}

await runCommand(main, tell);
