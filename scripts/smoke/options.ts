import { parseArgs } from 'node:util';
import { RUN_NAME } from './names.ts';

export interface SmokeOptions {
  /** Named on purpose: a smoke test must never begin with whatever credentials happen to be around. */
  readonly profile: string;
  readonly source: string;
  readonly destination: string;
  readonly withKms: boolean;
  /** Begin without asking. */
  readonly yes: boolean;
  readonly out?: string;
  /** Only print what the profile must be allowed to do. */
  readonly policy: boolean;
  /** Only remove what this run left. */
  readonly cleanUp?: string;
}

export const HELP = `npm run smoke -- --profile P [options]

Asks a real account what AWS does where its documentation is silent, and writes the answers to a file.
It creates buckets, queues, a rule and a role of its own, shows them and their cost first, and removes them at the end.

  --profile P       the AWS profile to use; nothing is done without it
  --regions A,B     Regions of the source and of the replicas (default us-east-1,us-west-2)
  --with-kms        also what needs KMS keys: two are created, and can only be scheduled for deletion in 7 days
  --yes             begin without asking
  --out FILE        where the answers go (default smoke-<run>.json)
  --clean-up RUN    remove what a run left behind, and nothing else; needs the run's --regions
  --policy          print the IAM policy that the profile needs, and do nothing else
  --help

Exit codes: 0 all that was asked is answered, and nothing is left; 1 something is left in the account; 2 a question has
no answer, or the test could not begin.
`;

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** What the arguments mean, or everything that is wrong with them. */
export function parseSmokeOptions(args: readonly string[]): SmokeOptions | 'help' | readonly string[] {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        profile: { type: 'string' },
        regions: { type: 'string', default: 'us-east-1,us-west-2' },
        'with-kms': { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        out: { type: 'string' },
        'clean-up': { type: 'string' },
        policy: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  if (values.help) return 'help';
  const { profile = '', out, 'clean-up': cleanUp } = values;
  const regions = values.regions.split(',').map((name) => name.trim());
  const [source = '', destination = ''] = regions;
  const problems = [
    ...(profile === '' ? ['expected --profile with the name of an AWS profile'] : []),
    ...(regions.length === 2 && regions.every((name) => REGION.test(name))
      ? []
      : [`expected two Regions such as us-east-1,us-west-2, got ${values.regions}`]),
    ...(source === destination ? ['expected two different Regions: replicas must be told from sources'] : []),
    ...(cleanUp === undefined || RUN_NAME.test(cleanUp)
      ? []
      : [`expected a run such as 20261121-0a1b2c, got ${cleanUp}`]),
  ];
  if (problems.length > 0) return problems;
  return {
    profile,
    source,
    destination,
    withKms: values['with-kms'],
    yes: values.yes,
    policy: values.policy,
    ...(out === undefined ? {} : { out }),
    ...(cleanUp === undefined ? {} : { cleanUp }),
  };
}
