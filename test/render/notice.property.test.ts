import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AlertState } from '../../src/model/alert-state.ts';
import type { Finding, Subject } from '../../src/model/finding.ts';
import { renderDigest } from '../../src/render/digest.ts';
import { renderNotice } from '../../src/render/notice.ts';
import { sizeBytes } from '../../src/sandbox/sqs/message.ts';
import { FINGERPRINT } from '../support/alerts.ts';
import { aPair } from '../support/pairs.ts';

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const LIMIT_BYTES = 262_144;

/** What SQS takes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const ALLOWED = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

const HOSTILE = ['+', '%', ' ', '/', '"', '\\', 'é', '～', '😀', '\uFFFF', '\uFFFE', '\u0000', '\u2028', '\uD800', 'x'];

/** Mostly short, now and then as long as nothing should be. */
function text(most: number): fc.Arbitrary<string> {
  const short = fc.array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 12 }).map((all) => all.join(''));
  const long = fc.tuple(fc.constantFrom(...HOSTILE), fc.integer({ min: 1, max: most })).map(([c, n]) => c.repeat(n));
  return fc.oneof({ weight: 3, arbitrary: short }, { weight: 1, arbitrary: long });
}

const region = fc.constantFrom('eu-west-1', 'us-east-1');
const object = fc.record({ bucket: text(63), region, key: text(1_024), versionId: text(1_024) });
const subject: fc.Arbitrary<Subject> = fc.oneof(
  object.map((each) => ({ kind: 'object-version', object: each }) as const),
  fc.record({ kind: fc.constant('pair' as const), pair: text(400), region, source: text(400), destination: text(400) }),
  fc.record({ kind: fc.constant('bucket' as const), bucket: text(400), region }),
  fc.record({ kind: fc.constant('prefix' as const), bucket: text(63), region, prefix: text(1_500) }),
  fc.record({ kind: fc.constant('kms-key' as const), keyArn: text(3_000), region }),
  fc.record({ kind: fc.constant('monitor' as const), region }),
);
const evidence = fc.dictionary(text(200), fc.oneof(text(30_000), fc.integer()), { maxKeys: 30 });
const remedy = fc.record({
  who: text(3_000),
  what: text(50_000),
  statement: text(100_000),
  commands: fc.array(text(40_000), { maxLength: 6 }),
});
const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
const event = fc.record({ name: text(200), at: time, principal: text(3_000) });
const finding: fc.Arbitrary<Finding> = fc.record({
  verdict: fc.constant('violated' as const),
  code: fc.constantFrom('object-lost', 'replication-failed', 'replication-role-lacks'),
  subject,
  evidence,
  remedy,
  replica: fc.record({ bucket: text(400), region }),
});
const state: fc.Arbitrary<AlertState> = fc.record({
  fingerprint: fc.constant(FINGERPRINT),
  episode: fc.integer({ min: 1, max: 1_000 }),
  phase: fc.constant('open' as const),
  finding,
  severity: fc.constantFrom('critical', 'warning'),
  count: fc.integer({ min: 0, max: 250_000 }),
  healed: fc.integer({ min: 0, max: 250_000 }),
  firstAt: time,
  lastAt: time,
  examples: fc.array(fc.record({ id: text(64), subject, evidence, at: time, event }), { maxLength: 12 }),
  event,
});
const notice = fc.record({
  id: fc.constant(FINGERPRINT),
  state: fc.constantFrom('opened', 'repeated', 'resolved'),
  number: fc.integer({ min: 1, max: 100 }),
  severity: fc.constantFrom('critical', 'warning'),
  at: time,
});

interface Sent {
  readonly title: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}

function expectToBeSendable({ title, message, attributes }: Sent): void {
  expect(title).toMatch(/^[ -~]{1,99}$/);
  expect(message).toMatch(ALLOWED);
  const texts = JSON.parse(message) as Readonly<Record<string, string>>;
  expect(() => JSON.parse(texts['default'] ?? '')).not.toThrow();
  expect(texts['sms']?.length).toBeLessThanOrEqual(140);
  const shown = Object.entries(attributes).map(([name, value]) => {
    const StringValue = typeof value === 'string' ? value : JSON.stringify(value);
    expect(StringValue).not.toBe('');
    return [name, { DataType: 'String.Array', StringValue }] as const;
  });
  expect(shown.length).toBeLessThanOrEqual(10); // more are lost with raw delivery to a queue
  expect(sizeBytes(message + title, Object.fromEntries(shown))).toBeLessThan(LIMIT_BYTES);
}

it('a notice is always small enough to be sent, and JSON within JSON', () => {
  const property = fc.property(state, notice, (cause, told) => {
    const place = { stage: 'a'.repeat(20), region: 'eu-west-1', pairs: [aPair()] };
    const sent = renderNotice(cause, told, place);
    expectToBeSendable(sent);
    const { data } = sent.event;
    // A command is whole or not there at all: somebody would run it.
    const whole = new Set([...(cause.finding.remedy?.commands ?? []), data.list]);
    expect((data.remedy?.commands ?? []).every((command) => whole.has(command))).toBe(true);
    expect(data.cut !== undefined || !JSON.stringify(data).includes(' more]')).toBe(true);
  });
  fc.assert(property, { numRuns: 80, endOnFailure: true }); // shrinking texts of this length takes for ever
});

it('the worst of everything at once still fits', () => {
  expect.hasAssertions();
  for (const character of HOSTILE) {
    const name = character.repeat(3_000);
    const long = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}${name}`, name]));
    const worst: Subject = {
      kind: 'object-version',
      object: { bucket: name, region: name, key: name, versionId: name },
    };
    const reported = { name, at: new Date(0), principal: name };
    const each = { id: name, subject: worst, evidence: long, at: new Date(0), event: reported };
    const cause: AlertState = {
      fingerprint: FINGERPRINT,
      episode: 1,
      phase: 'open',
      finding: {
        verdict: 'violated',
        code: 'object-lost',
        subject: worst,
        evidence: long,
        replica: { bucket: name, region: name },
        remedy: {
          who: name,
          what: name,
          statement: name.repeat(3),
          commands: [name.slice(0, 2_600), name.slice(0, 2_600), name.slice(0, 2_600)],
        },
      },
      severity: 'critical',
      count: 250_000,
      healed: 0,
      firstAt: new Date(0),
      lastAt: new Date(0),
      examples: Array.from({ length: 10 }, () => each),
      event: reported,
      closing: { by: name, reason: name },
    };
    for (const told of ['opened', 'resolved'] as const) {
      const at = new Date(0);
      expectToBeSendable(
        renderNotice(cause, { id: FINGERPRINT, state: told, number: 1, severity: 'critical', at }, {}),
      );
    }
    const states = Array.from({ length: 60 }, () => cause);
    const span = { from: new Date(0), until: new Date(0) };
    expectToBeSendable(renderDigest({ id: FINGERPRINT, region: 'eu-west-1', states, ...span }, {}));
  }
});

it('nothing is cut that fits', () => {
  const cause: fc.Arbitrary<AlertState> = state.map((each) => ({
    ...each,
    finding: {
      verdict: 'violated',
      code: 'object-lost',
      evidence: { a: 'b' },
      subject: { kind: 'bucket', bucket: 'b', region: 'eu-west-1' },
      remedy: { who: 'you', what: 'do', commands: ['one', 'two'] },
    },
    examples: [],
  }));
  const property = fc.property(cause, notice, (given, told) => {
    const { data } = renderNotice({ ...given, event: { name: 'e', at: new Date(0) } }, told, {}).event;
    expect(data).not.toHaveProperty('cut');
    expect(data.remedy?.commands).toEqual(['one', 'two']);
  });
  fc.assert(property, { numRuns: 20, endOnFailure: true });
});
