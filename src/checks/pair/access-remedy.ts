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
  /** At least one, all refused by the same policy. */
  readonly lacking: readonly Access[];
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

/** What makes a policy allow what it refuses. */
export function accessRemedy(facts: PairFacts, role: RoleFacts, refusal: Refusal): Remedy {
  switch (refusal.obstacle) {
    case 'role':
      return allowByRole(facts, role, refusal);
    case 'resource':
      return refusal.lacking.some(({ on }) => on === 'key')
        ? allowByKey(facts, role, refusal)
        : allowByBucket(facts, role, refusal);
    case 'role-deny':
      return undeny('owner of the replication role', 'policies or the permissions boundary of the role');
    case 'resource-deny':
      return undeny('owner of the bucket or key', 'policy');
    default:
      return refusal.obstacle satisfies never;
  }
}

function undeny(who: string, where: string): Remedy {
  return { who, what: `Remove the statement of the ${where} that denies it: no other can outweigh it.`, commands: [] };
}

function allowByRole({ link }: PairFacts, { arn, answers }: RoleFacts, { lacking }: Refusal): Remedy {
  return {
    who: 'owner of the replication role',
    what: 'Allow the role what the rules ask of it. The command adds a policy of its own; the others stay as they are.',
    statement: JSON.stringify(toStatements(lacking.map(({ answer }) => answer))),
    commands: [putRolePolicy(link, arn, toStatements(valueOf(answers) ?? []))],
  };
}

function allowByBucket(facts: PairFacts, { arn }: RoleFacts, { lacking }: Refusal): Remedy {
  const side = lacking.some((access) => access.side === 'source') ? 'source' : 'destination';
  const { bucket, region } = facts.link[side];
  const added = toStatements(lacking.map(({ answer }) => answer)).map((statement) => withPrincipal(statement, arn));
  const policy = withStatements(valueOf(facts[side].policy)?.json ?? '', added);
  return {
    who: `owner of the ${side} bucket`,
    what: 'Allow the role of the other account in the policy of the bucket, beside what it says now.',
    statement: JSON.stringify(added),
    commands: [awsCommand('s3api put-bucket-policy', { bucket, region, policy })],
  };
}

function allowByKey({ keys = [] }: PairFacts, { arn }: RoleFacts, { lacking }: Refusal): Remedy {
  const answers = lacking.map(({ answer }) => answer);
  const keyArn = answers[0]?.resource ?? '';
  const key = keys.map((each) => valueOf(each.key)).find((each) => each?.arn === keyArn);
  const who = `owner of the key, account ${accountOf(keyArn)}`;
  // Its policy cannot be changed, and it works for its own account only.
  if (key?.manager === 'aws') {
    return {
      who,
      what: 'Name a customer managed key instead: nobody can change the policy of one of AWS.',
      commands: [],
    };
  }
  // In the policy of a key, `*` is the key itself.
  const added = toStatements(answers).map((statement) => ({ ...withPrincipal(statement, arn), Resource: '*' }));
  const policy = withStatements(valueOf(key?.policy) ?? '', added);
  return {
    who,
    what: 'Allow the role in the policy of the key, beside what it says now.',
    statement: JSON.stringify(added),
    commands: [
      awsCommand('kms put-key-policy', {
        region: regionOf(keyArn),
        'key-id': keyArn,
        'policy-name': 'default',
        policy,
      }),
    ],
  };
}

function withPrincipal(statement: object, roleArn: string): object {
  return { ...statement, Principal: { AWS: roleArn } };
}
