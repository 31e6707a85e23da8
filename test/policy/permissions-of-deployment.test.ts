import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config-schema.ts';
import type { Config } from '../../src/model/config.ts';
import { permissionsOf } from '../../src/policy/permissions.ts';

const audited = parseConfig(await readFile('test/infrastructure/audits.yml', 'utf8'));
const { audits: _, ...unaudited } = audited;

const statementsOf = (command: 'deploy' | 'remove', config: Config) =>
  permissionsOf(command, {
    config,
    pairs: config.pairs,
    stage: 'prod',
    roles: [],
    from: [],
    reportBuckets: [],
    restores: false,
  }).document?.Statement ?? [];

describe('whoever deploys', () => {
  it('may make the machine and the bucket for reports where audits are made', () => {
    const own = statementsOf('deploy', audited).filter(({ Sid }) => Sid === 'Machines' || Sid === 'Reports');
    expect(own.map(({ Resource }) => Resource)).toEqual([
      ['arn:aws:states:us-east-1:111122223333:stateMachine:holdfast-prod-audit'],
      ['arn:aws:s3:::holdfast-prod-reports-111122223333-us-east-1'],
    ]);
    expect(own.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining(['states:CreateStateMachine', 's3:PutBucketObjectLockConfiguration']),
    );
  });

  it('may hand roles to Step Functions only where there is a machine', () => {
    const services = [audited, unaudited].map((config) => {
      const given = statementsOf('deploy', config).find(({ Sid }) => Sid === 'GiveRoles');
      return given?.Condition?.['StringEquals']?.['iam:PassedToService'];
    });
    const usual = ['lambda.amazonaws.com', 'scheduler.amazonaws.com'];
    expect(services).toEqual([[...usual, 'states.amazonaws.com'], usual]);
  });

  it('needs none of that where nothing is audited', () => {
    const sids = statementsOf('deploy', unaudited).map(({ Sid }) => Sid);
    expect(sids).toContain('Queues');
    expect(sids.filter((sid) => sid === 'Machines' || sid === 'Reports')).toEqual([]);
  });

  it('takes no bucket of reports away', () => {
    const own = statementsOf('remove', audited).filter(({ Resource }) =>
      JSON.stringify(Resource).includes('-reports-'),
    );
    expect(own.length).toBeGreaterThan(0);
    expect(own.flatMap(({ Action }) => Action).filter((action) => action.includes('Delete'))).toEqual([]);
  });
});
