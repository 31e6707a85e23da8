import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../src/errors.ts';
import type { Services } from '../../src/cli/services.ts';
import type { KnownCase } from '../../src/model/alert-state.ts';
import type { MaintenanceWindow } from '../../src/model/config.ts';
import { aCause, FINGERPRINT } from '../support/alerts.ts';
import { aConfig, OBJECT } from '../support/facts.ts';
import { createFakeAlertStates, type FakeAlertStates } from '../support/fake-alert-states.ts';
import { createFakeCloud } from '../support/fake-cloud.ts';
import { aBucket, aPair } from '../support/pairs.ts';
import { createFakeServices, holdfast, linesOf } from './fake-run.ts';

const OTHER = 'f'.repeat(32);
const REMEDY = { who: 'you', what: 'Do it.', commands: [`aws x ${'y'.repeat(9_000)}`] };
const HEALED: KnownCase = {
  id: 'a',
  subject: { kind: 'object-version', object: { ...OBJECT, key: 'mended' } },
  evidence: {},
  at: new Date('2026-11-01T00:00:00Z'),
  episode: 1,
  healedAt: new Date('2026-11-01T01:00:00Z'),
};

/** Ledgers of two Regions; of that of us-east-1 only what a test says. */
function aStage(
  here: FakeAlertStates,
  there: FakeAlertStates | 'silent' = createFakeAlertStates(),
  maintenance: readonly MaintenanceWindow[] = [],
) {
  const config = aConfig();
  const pairs = [aPair({ source: aBucket(OBJECT.bucket, 'eu-west-1') })];
  const fakes = createFakeServices({
    cloud: createFakeCloud(),
    listed: [],
    config: { ...config, pairs, alerts: { ...config.alerts, maintenance } },
  });
  const stack = fakes.stack('dev');
  const services: Services = {
    ...fakes,
    stack: () => ({
      ...stack,
      statesIn(region) {
        if (region === 'eu-west-1') return here;
        if (there === 'silent') throw new HoldfastError('unavailable', 'AlertStates', 'no answer');
        return there;
      },
    }),
  };
  return { connect: () => services, env: { USER: 'ada' } };
}

describe('holdfast alerts', () => {
  it('lists what is open, what burns first, and ends with 1', async () => {
    const warning = aCause({ severity: 'warning', fingerprint: OTHER, firstAt: new Date('2026-11-02T08:00:00Z') });
    const resolved = aCause({ phase: 'resolved', resolution: 'gone' });
    const { code, stdout } = await holdfast(
      ['alerts'],
      aStage(createFakeAlertStates([warning, resolved, aCause({ count: 4 })])),
    );
    expect(stdout).toContain('eu-west-1: 2 open\n!! critical replica-missing  4 cases, 1 healed\n');
    expect(stdout.indexOf('!  warning')).toBeGreaterThan(stdout.indexOf('!! critical'));
    expect(stdout).toContain('us-east-1: nothing is open\n');
    expect(stdout).not.toContain('resolved');
    expect(code).toBe(1);
  });

  it('ends with 0 where nothing is open but what wants no answer', async () => {
    const noted = aCause({ phase: 'noted', severity: 'info' });
    expect((await holdfast(['alerts'], aStage(createFakeAlertStates([noted])))).code).toBe(0);
  });

  it('lists what is over as well, not older than asked', async () => {
    const states = createFakeAlertStates([
      aCause({ phase: 'resolved', resolution: 'quiet', lastAt: new Date('2026-11-01T23:00:00Z') }),
      aCause({ phase: 'noted', fingerprint: OTHER, lastAt: new Date('2026-10-20T00:00:00Z') }),
    ]);
    const { stdout, code } = await holdfast(['alerts', '--all', '--since', '2d', '--json'], aStage(states));
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(records).toMatchObject([
      { kind: 'alert', region: 'eu-west-1', fingerprint: FINGERPRINT, phase: 'resolved', resolution: 'quiet' },
      { kind: 'summary', alerts: 1 },
    ]);
    expect(code).toBe(0);
  });

  it('says which Region does not answer, and shows the others', async () => {
    const { code, stdout, stderr } = await holdfast(['alerts'], aStage(createFakeAlertStates(), 'silent'));
    expect([code, stderr]).toEqual([2, 'us-east-1: unavailable: no answer\n']);
    expect(stdout).toBe('eu-west-1: nothing is open\n');
  });

  it('shows one cause by the beginning of its fingerprint, with its cases and its remedy whole', async () => {
    const closing = { by: 'bob', reason: 'retired' };
    const finding = { ...aCause().finding, remedy: REMEDY };
    const states = createFakeAlertStates([aCause({ finding, closing })], [HEALED]);
    const { code, stdout } = await holdfast(['alerts', 'show', '0123'], aStage(states));
    expect(code).toBe(0);
    for (const part of [
      'WHAT TO DO',
      REMEDY.commands[0] ?? '',
      'Closed by bob: retired',
      'CASES: 1 of 3',
      'mended?versionId=v1  healed 2026-11-01T01',
    ])
      expect(stdout).toContain(part);
  });

  it('shows the same as records', async () => {
    const states = createFakeAlertStates([aCause()], [HEALED]);
    const shown = await holdfast(['alerts', 'show', FINGERPRINT, '--json'], aStage(states));
    expect(linesOf(shown)).toMatchObject([
      { kind: 'alert', count: 3 },
      { kind: 'case', id: 'a' },
    ]);
  });

  it.each([
    ['there is none', 'abcd', 'there is no alert abcd\n'],
    ['there are two', '0123', `2 alerts begin with 0123: ${FINGERPRINT}, 0123${'a'.repeat(28)}\n`],
  ])('shows nothing where %s', async (_, typed, words) => {
    const states = createFakeAlertStates([aCause(), aCause({ fingerprint: `0123${'a'.repeat(28)}` })]);
    expect(await holdfast(['alerts', 'show', typed], aStage(states))).toEqual({ code: 2, stdout: '', stderr: words });
  });

  it('closes what is open, with the name of who does', async () => {
    const states = createFakeAlertStates([aCause()]);
    const { code, stdout } = await holdfast(['alerts', 'close', FINGERPRINT, '--reason', 'retired'], aStage(states));
    expect([code, stdout]).toEqual([0, 'eu-west-1: replica-missing is closed: retired\n']);
    expect(states.closed).toEqual([`${FINGERPRINT} ada retired`]);
  });

  it('closes nothing that is over, and nothing without a reason', async () => {
    const stage = aStage(createFakeAlertStates([aCause({ phase: 'resolved' })]));
    expect((await holdfast(['alerts', 'close', FINGERPRINT, '--reason', 'x'], stage)).code).toBe(2);
    const { code, stderr } = await holdfast(['alerts', 'close', FINGERPRINT], stage);
    expect([code, stderr]).toMatchObject([2, expect.stringContaining('--reason')]);
  });
});

it('maintenance windows of the configuration are mutes as well, until they are over', async () => {
  const window = { until: '2026-11-02T04:00:00.000Z', reason: 'a move' };
  const maintenance = [
    { ...window, from: '2026-11-01T20:00:00.000Z', pairs: ['photos'] },
    { ...window, from: '2026-11-02T03:00:00.000Z' },
    { ...window, from: '2026-10-01T20:00:00.000Z', until: '2026-10-02T00:00:00.000Z' },
  ];
  const stage = aStage(createFakeAlertStates([aCause()]), createFakeAlertStates(), maintenance);
  expect((await holdfast(['alerts'], stage)).stdout).toContain('muted until 2026-11-02T04:00:00.000Z');
  expect((await holdfast(['mutes'], stage)).stdout).toContain(`eu-west-1: 2 muted
  window-0-photos  until 2026-11-02T04:00:00.000Z (4h left), by configuration: a move
  window-1  from 2026-11-02T03:00:00.000Z until 2026-11-02T04:00:00.000Z (4h left), by configuration: a move
`);
});

describe('holdfast mute', () => {
  it('mutes in every Region, says what that silences now, and is listed and ended', async () => {
    const states = createFakeAlertStates([aCause()]);
    const stage = aStage(states);
    const muted = await holdfast(['mute', '--pair', 'photos', '--for', '2h', '--reason', 'load test'], stage);
    expect([muted.code, muted.stdout]).toEqual([
      0,
      'eu-west-1: pair=photos is muted for 2h; 1 open alert now\nus-east-1: pair=photos is muted for 2h; 0 open alerts now\n',
    ]);
    expect([...states.kept.values()]).toEqual([
      {
        id: 'pair=photos',
        pair: 'photos',
        buckets: ['photos', 'photos-copy'],
        until: new Date('2026-11-02T02:00:00Z'),
        by: 'ada',
        reason: 'load test',
      },
    ]);
    expect((await holdfast(['alerts'], stage)).stdout).toContain('muted until 2026-11-02T02:00:00.000Z');
    expect((await holdfast(['mutes'], stage)).stdout).toContain(
      '  pair=photos  until 2026-11-02T02:00:00.000Z (2h left), by ada: load test\n',
    );
    expect((await holdfast(['unmute', '--pair', 'photos'], stage)).code).toBe(0);
    expect((await holdfast(['mutes'], stage)).stdout).toBe(
      'eu-west-1: nothing is muted\nus-east-1: nothing is muted\n',
    );
    expect((await holdfast(['unmute', '--pair', 'photos'], stage)).code).toBe(2);
  });

  it('says so as records', async () => {
    const stage = aStage(createFakeAlertStates([aCause()]));
    const muted = await holdfast(['mute', FINGERPRINT, '--for', '1h', '--reason', 'r', '--json'], stage);
    const id = `fingerprint=${FINGERPRINT}`;
    expect(linesOf(muted)[0]).toMatchObject({
      kind: 'mute',
      region: 'eu-west-1',
      open: 1,
      id,
      until: expect.any(String),
    });
    expect(linesOf(await holdfast(['mutes', '--json'], stage))[0]).toMatchObject({ kind: 'mute', id });
    expect(linesOf(await holdfast(['unmute', FINGERPRINT, '--json'], stage))[0]).toMatchObject({ ended: true, id });
  });

  it.each<[string, readonly string[], string]>([
    ['nothing', [], 'expected a fingerprint, --code, --pair or --bucket'],
    ['a part of a fingerprint', ['0123'], 'a whole fingerprint of 32 characters'],
    ['a code that there is not', ['--code', 'replica-mising'], 'a finding code: did you mean replica-missing?'],
    ['a pair that there is not', ['--pair', 'x'], 'a pair of the configuration, not x'],
    ['longer than a month', ['--code', 'replica-missing', '--for', '40d'], 'at most 31d'],
  ])('refuses to mute %s', async (_, args, words) => {
    const all = ['mute', '--for', '1h', '--reason', 'r', ...args];
    const { code, stderr } = await holdfast(all, aStage(createFakeAlertStates()));
    expect([code, stderr]).toMatchObject([2, expect.stringContaining(words)]);
  });

  it('says where it could not', async () => {
    const stage = aStage(createFakeAlertStates(), 'silent');
    const { code, stderr } = await holdfast(['mute', '--bucket', 'photos', '--for', '1h', '--reason', 'r'], stage);
    expect([code, stderr]).toEqual([2, 'us-east-1: not muted: unavailable: no answer\n']);
    expect((await holdfast(['unmute', '--bucket', 'photos'], stage)).code).toBe(2);
    expect((await holdfast(['mutes'], stage)).code).toBe(2);
  });
});
