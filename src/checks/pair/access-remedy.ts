import { accountOf, regionOf } from '../../model/arn.ts';
import type { Remedy } from '../../model/finding.ts';
import { enabledRules } from '../../model/link-rules.ts';
import { valueOf } from '../../model/observation.ts';
import type { PairFacts, RoleFacts } from '../../model/pair-facts.ts';
import { toStatements, withStatements } from '../../model/policy-document.ts';
import { createRole, grantReplication, putRolePolicy } from '../../model/replication-role.ts';
import { awsCommand } from '../../model/shell-command.ts';
import type { Access, Obstacle } from './granted-access.ts';

export interface Refusal {
  readonly obstacle: Obstacle;
  /** All refused by the same policy. */
  readonly lacking: readonly [Access, ...Access[]];
  /** Everything that the link asks of the role. */
  readonly asked: readonly Access[];
}

/** The rules name a role that is not there: it is created under that name, with all that they ask. */
export function createMissingRole(facts: PairFacts, { arn }: RoleFacts): Remedy {
  const { link } = facts;
  return {
    who: 'owner of the source bucket',
    what: 'Create the role that the rules name, or name another one in the rules.',
    commands: [
      createRole(link, arn),
      grantReplication(facts, arn, enabledRules(valueOf(facts.source.replication), link)),
    ],
  };
}

type MakeRemedy = (refusal: Refusal, facts: PairFacts, role: RoleFacts) => Remedy;

const REMEDIES: Readonly<Record<Obstacle, MakeRemedy>> = {
  role: allowByRole,
  resource: (refusal, facts, role) =>
    (refusal.lacking[0].on === 'key' ? allowByKey : allowByBucket)(refusal, facts, role),
  'role-deny': () => undeny('owner of the replication role', 'policies or the permissions boundary of the role'),
  'resource-deny': () => undeny('owner of the bucket or key', 'policy'),
};

/** What makes a policy allow what it refuses. */
export function accessRemedy(refusal: Refusal, facts: PairFacts, role: RoleFacts): Remedy {
  return REMEDIES[refusal.obstacle](refusal, facts, role);
}

function undeny(who: string, where: string): Remedy {
  return { who, what: `Remove the statement of the ${where} that denies it: no other can outweigh it.`, commands: [] };
}

function allowByRole({ lacking, asked }: Refusal, { link }: PairFacts, { arn }: RoleFacts): Remedy {
  return {
    who: 'owner of the replication role',
    what: 'Allow the role what the rules ask of it. The command adds a policy of its own; the others stay as they are.',
    statement: JSON.stringify(statementsFor(lacking)),
    commands: [putRolePolicy(link, arn, statementsFor(asked))],
  };
}

function allowByBucket({ lacking }: Refusal, { link }: PairFacts, { arn }: RoleFacts): Remedy {
  const [{ side, policy: existing }] = lacking;
  const { bucket, region } = link[side];
  const added = statementsFor(lacking).map((statement) => ({ ...statement, Principal: { AWS: arn } }));
  const policy = withStatements(valueOf(existing) ?? '', added);
  return {
    who: `owner of the ${side} bucket`,
    what: 'Allow the role of the other account in the policy of the bucket, beside what it says now.',
    statement: JSON.stringify(added),
    commands: [awsCommand('s3api put-bucket-policy', { bucket, region, policy })],
  };
}

function allowByKey({ lacking }: Refusal, _: PairFacts, { arn }: RoleFacts): Remedy {
  const [{ answer, policy: existing, managedByAws }] = lacking;
  const keyArn = answer.resource;
  const who = `owner of the key, account ${accountOf(keyArn)}`;
  if (managedByAws) {
    const what = 'Name a customer managed key instead: nobody can change the policy of one of AWS.';
    return { who, what, commands: [] };
  }
  // In the policy of a key, `*` is the key itself.
  const added = statementsFor(lacking).map((statement) => ({ ...statement, Resource: '*', Principal: { AWS: arn } }));
  const policy = withStatements(valueOf(existing) ?? '', added);
  const at = { region: regionOf(keyArn), 'key-id': keyArn };
  return {
    who,
    what: 'Allow the role in the policy of the key, beside what it says now.',
    statement: JSON.stringify(added),
    commands: [awsCommand('kms put-key-policy', { ...at, 'policy-name': 'default', policy })],
  };
}

function statementsFor(accesses: readonly Access[]): readonly object[] {
  return toStatements(accesses.map(({ answer }) => answer));
}
