import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config-schema.ts';
import { permissionsOf, PERMITTED_COMMANDS, type PermittedCommand } from '../../src/policy/permissions.ts';
import type { PermissionQuestion } from '../../src/policy/permission-scope.ts';
import type { PermissionStatement } from '../../src/policy/permission-statement.ts';

const POINT = 'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap';
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/0a0a0a0a-1111-2222-3333-444455556666';

const NOTHING = { stage: 'prod', roles: [], from: [], reportBuckets: [], restores: false } as const;

interface Change {
  readonly regions?: readonly [string, string];
  readonly accounts?: readonly [string, string];
  readonly keys?: readonly string[];
  readonly match?: 'version' | 'content';
  readonly alone?: boolean;
  /** Pairs behind the access point. */
  readonly behind?: readonly string[];
  /** Pair that is audited by the clock. */
  readonly audited?: string;
}

function ask(
  command: PermittedCommand,
  {
    regions = ['us-east-1', 'eu-west-1'],
    accounts,
    keys = [],
    match = 'version',
    alone = false,
    behind,
    audited,
  }: Change = {},
  more: Partial<Pick<PermissionQuestion, 'roles' | 'reportBuckets' | 'restores' | 'from'>> = {},
) {
  const [here, there] = accounts ?? ['111122223333', '111122223333'];
  const source = { bucket: 'orders-a', region: regions[0], account: here, kmsKeys: keys };
  const destination = { bucket: 'orders-b', region: regions[1], account: there };
  const pair = alone ? { source } : { source, destinations: [destination], match };
  const others = { source: { ...source, bucket: 'others' } };
  const audits = audited === undefined ? {} : { audits: { weekly: { pair: audited, schedule: 'rate(7 days)' } } };
  const mraps = behind === undefined ? {} : { mraps: { all: { arn: POINT, pairs: behind } } };
  const config = parseConfig(JSON.stringify({ version: 1, pairs: { orders: pair, others }, ...mraps, ...audits }));
  const pairs = config.pairs.filter(({ name }) => name === 'orders');
  return permissionsOf(command, { ...NOTHING, config, pairs, ...more });
}

const statement = (found: ReturnType<typeof ask>, sid: string): Omit<PermissionStatement, 'because'> | undefined =>
  found.document?.Statement.find(({ Sid }) => Sid === sid);

describe('the policy of a command', () => {
  it.each(PERMITTED_COMMANDS)(
    'of %s has no wildcard among its actions, and a reason for each among its resources',
    (command) => {
      const { document, wide } = ask(command, { keys: [KEY] });
      const reasons = new Set(wide.map(({ sid }) => sid));
      for (const { Sid, Action, Resource } of document?.Statement ?? []) {
        expect(Action.filter((action) => action.includes('*'))).toEqual([]);
        const isWide = Resource.some((arn) => arn.includes('*') && !/^arn:aws:s3:::[^*]+\/\*$/.test(arn));
        expect([Sid, reasons.has(Sid)]).toEqual([Sid, isWide]);
      }
    },
  );

  it.each(PERMITTED_COMMANDS)('of %s names every statement once', (command) => {
    const sids = ask(command, { keys: [KEY] }).document?.Statement.map(({ Sid }) => Sid) ?? [];
    expect(sids).toEqual([...new Set(sids)]);
  });

  it('is none where nothing of AWS is needed', () => {
    expect(ask('digest')).toEqual({ wide: [] });
  });

  it('is about the chosen pairs, and about every bucket where the stacks are', () => {
    expect(JSON.stringify(ask('verify'))).not.toContain('others');
    expect(statement(ask('remove'), 'WhoStillTells')?.Resource).toContain('arn:aws:s3:::others');
  });

  it('lets keys be used through S3 and for the buckets that have them alone', () => {
    expect(statement(ask('verify', { keys: [KEY] }), 'KeysThroughS3')).toEqual({
      Sid: 'KeysThroughS3',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: [KEY],
      Condition: {
        StringEquals: { 'kms:ViaService': ['s3.us-east-1.amazonaws.com'] },
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': ['arn:aws:s3:::orders-a', 'arn:aws:s3:::orders-a/*'] },
      },
    });
  });

  it.each(['verify', 'doctor', 'console'] as const)('of %s says nothing of KMS where there is no key', (command) => {
    expect(JSON.stringify(ask(command))).not.toMatch(/kms:|servicequotas/);
  });

  it.each([
    [['cn-north-1', 'cn-northwest-1'], 'aws-cn', 's3.cn-north-1.amazonaws.com.cn'],
    [['us-gov-west-1', 'us-gov-east-1'], 'aws-us-gov', 's3.us-gov-west-1.amazonaws.com'],
  ] as const)('is right in %j', (regions, partition, service) => {
    const key = KEY.replace('arn:aws:kms:us-east-1', `arn:${partition}:kms:${regions[0]}`);
    for (const command of PERMITTED_COMMANDS)
      expect(JSON.stringify(ask(command, { regions, keys: [key] }))).not.toContain('arn:aws:');
    const found = statement(ask('verify', { regions, keys: [key] }), 'KeysThroughS3');
    expect(found?.Condition?.['StringEquals']).toEqual({ 'kms:ViaService': [service] });
  });

  it('names queues and tables in every account that a stack may be in', () => {
    const found = statement(ask('status', { accounts: ['111122223333', '444455556666'] }), 'Checkpoints');
    expect(found?.Resource).toEqual([
      'arn:aws:dynamodb:eu-west-1:111122223333:table/holdfast-prod-steering',
      'arn:aws:dynamodb:eu-west-1:444455556666:table/holdfast-prod-steering',
    ]);
  });

  it('needs no rules and no role where nothing is replicated', () => {
    expect(statement(ask('wire', { alone: true }), 'GiveRole')).toBeUndefined();
    expect(statement(ask('repair', { alone: true }, { reportBuckets: ['ops'] }), 'JobReports')).toBeUndefined();
    expect(statement(ask('status', { alone: true }), 'ReadRules')).toBeUndefined();
  });

  it('looks at what is current only where replicas are matched by content', () => {
    expect(statement(ask('wait'), 'SeededCopies')).toBeUndefined();
    expect(statement(ask('wait', { match: 'content' }), 'SeededCopies')?.Resource).toEqual(['arn:aws:s3:::orders-b/*']);
  });

  it.each(['doctor', 'wire', 'repair'] as const)('of %s names the role that is given, or any', (command) => {
    const sid = command === 'doctor' ? 'ReadRoles' : 'GiveRole';
    const role = 'arn:aws:iam::111122223333:role/crr';
    expect(statement(ask(command, {}, { roles: [role] }), sid)?.Resource).toEqual([role]);
    expect(ask(command, {}, { roles: [role] }).wide.map((each) => each.sid)).not.toContain(sid);
    expect(statement(ask(command), sid)?.Resource).toEqual(['arn:aws:iam::111122223333:role/*']);
  });

  it('reads the reports of jobs of these pairs where jobs report', () => {
    expect(statement(ask('repair'), 'JobReports')).toBeUndefined();
    expect(statement(ask('repair', {}, { reportBuckets: ['ops'] }), 'JobReports')?.Resource).toEqual([
      'arn:aws:s3:::ops/holdfast-repair/orders/*',
    ]);
  });

  describe.each(['routes', 'failover', 'failback', 'freeze'] as const)('of %s', (command) => {
    it('is none where no access point has the pair', () => {
      for (const change of [{}, { behind: ['others'] }]) expect(ask(command, change)).toEqual({ wide: [] });
    });

    it('is about the access point, its steering ledger and nothing that people have stored', () => {
      const { document, wide } = ask(command, { behind: ['orders'], keys: [KEY] });
      const found = JSON.stringify(document);
      expect(wide).toEqual([]);
      expect(found).toContain('table/holdfast-prod-steering');
      expect(found).not.toMatch(/s3:(?:Put|Delete)|:::orders-a\/\*"\],"Act|others/);
      expect(found.includes('s3:SubmitMultiRegionAccessPointRoutes')).toBe(command.startsWith('fail'));
      expect(found.includes('table/holdfast-prod-ledger')).toBe(command === 'failback');
      const canaries = document?.Statement.find(({ Sid }) => Sid === 'Canaries')?.Resource;
      expect(canaries ?? []).toEqual(
        command === 'freeze' ? [] : ['a', 'b'].map((side) => `arn:aws:s3:::orders-${side}/holdfast-canary/probe/*`),
      );
    });
  });

  it('lets the console see routes where there are any', () => {
    expect(statement(ask('console'), 'Routes')).toBeUndefined();
    expect(statement(ask('console', { behind: ['orders'] }), 'Routes')?.Resource).toEqual([POINT]);
  });

  it('knows where runs of audits are told, and starts none where there are none', () => {
    expect(ask('audits')).toEqual({ wide: [] });
    const found = ask('audits', { audited: 'orders' });
    expect(statement(found, 'Runs')?.Resource).toEqual([
      'arn:aws:dynamodb:us-east-1:111122223333:table/holdfast-prod-ledger',
    ]);
    expect(statement(found, 'StartRuns')?.Resource).toEqual([
      'arn:aws:states:us-east-1:111122223333:stateMachine:holdfast-prod-audit',
    ]);
    const ledgers = (change: Change) => statement(ask('status', change), 'Ledgers')?.Resource.length;
    expect([ledgers({}), ledgers({ audited: 'orders' })]).toEqual([1, 2]);
  });

  it('of deploy gives roles to state machines where there are any', () => {
    const services = (change: Change) =>
      statement(ask('deploy', change), 'GiveRoles')?.Condition?.['StringEquals']?.['iam:PassedToService'];
    expect(services({})).not.toContain('states.amazonaws.com');
    expect(services({ audited: 'orders' })).toContain('states.amazonaws.com');
  });

  it('of audit is to look, and to do what is named', () => {
    const plain = JSON.stringify(ask('audit'));
    expect(plain).not.toMatch(/Put|Create|PassRole|Restore|Report/);
    const role = 'arn:aws:iam::111122223333:role/checksums';
    const found = ask('audit', {}, { roles: [role], reportBuckets: ['ops'], restores: true });
    expect(statement(found, 'GiveRole')?.Resource).toEqual([role]);
    expect(statement(found, 'WatchJobs')?.Resource).toEqual([
      'arn:aws:s3:eu-west-1:111122223333:job/*',
      'arn:aws:s3:us-east-1:111122223333:job/*',
    ]);
    expect(statement(found, 'KeepReports')?.Resource).toEqual(['arn:aws:s3:::ops/*']);
    expect(statement(found, 'Restores')?.Resource).toEqual(['arn:aws:s3:::orders-a/*', 'arn:aws:s3:::orders-b/*']);
  });

  it('of verify-report is none for files', () => {
    expect(ask('verify-report')).toEqual({ wide: [] });
    const found = ask('verify-report', {}, { reportBuckets: ['ops'] });
    expect(statement(found, 'ReadReports')?.Resource).toEqual(['arn:aws:s3:::ops/*']);
  });

  it.each([
    ['logs', 'ReadLogs', ['arn:aws:s3:::trail/*']],
    ['audit', 'ReadInventories', ['arn:aws:s3:::trail/*']],
    ['compare', 'List', ['arn:aws:s3:::orders-a', 'arn:aws:s3:::orders-b', 'arn:aws:s3:::trail']],
  ] as const)('of %s reads from buckets that no pair has', (command, sid, resources) => {
    expect(statement(ask(command, {}, { from: ['trail'] }), sid)?.Resource).toEqual(resources);
    expect(JSON.stringify(ask(command))).not.toContain('trail');
  });

  it('takes buckets of nobody for such of the commercial partition', () => {
    const config = { ...parseConfig('version: 1'), pairs: [], mraps: [] };
    const found = permissionsOf('logs', { ...NOTHING, config, pairs: [], from: ['trail'] });
    expect(found.document?.Statement[0]?.Resource).toEqual(['arn:aws:s3:::trail']);
  });

  it('knows no checkpoint without a steering ledger', () => {
    const config = { ...parseConfig('version: 1'), pairs: [], mraps: [] };
    expect(permissionsOf('freeze', { ...NOTHING, config, pairs: [] })).toEqual({ wide: [] });
    expect(permissionsOf('status', { ...NOTHING, config, pairs: [] }).document?.Statement).toMatchObject([
      { Sid: 'Metrics' },
    ]);
  });
});
