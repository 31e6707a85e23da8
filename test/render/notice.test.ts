import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderMeanings } from '../../scripts/meanings.ts';
import type { AlertState } from '../../src/model/alert-state.ts';
import type { RenderedAlert } from '../../src/model/alert.ts';
import type { FindingCode } from '../../src/model/finding.ts';
import { FINDING_CODES } from '../../src/model/finding.ts';
import { effectOf } from '../../src/render/effect.ts';
import type { Notice } from '../../src/render/notice-data.ts';
import { renderNotice } from '../../src/render/notice.ts';
import { aCause, FINGERPRINT } from '../support/alerts.ts';
import { OBJECT } from '../support/facts.ts';
import { aBucket, aPair } from '../support/pairs.ts';

const PLACE = { stage: 'prod', region: 'eu-west-1' } as const;
const codes: readonly FindingCode[] = Object.values(FINDING_CODES).flat();

interface Told {
  readonly cause?: Partial<AlertState>;
  readonly notice?: Partial<Notice>;
}

function rendered({ cause = {}, notice = {} }: Told = {}): RenderedAlert {
  const at = new Date('2026-11-02T08:01:00Z');
  const usual = { id: FINGERPRINT, state: 'opened', number: 1, severity: 'critical', at } as const;
  return renderNotice(aCause(cause), { ...usual, ...notice }, PLACE);
}

function textsOf({ message }: RenderedAlert): Readonly<Record<string, string>> {
  return JSON.parse(message) as Readonly<Record<string, string>>;
}

const emailOf = (told: Told = {}): string => textsOf(rendered(told))['email'] ?? '';

describe('a notice', () => {
  it('is the event itself for queues, functions and web hooks', () => {
    const notice = rendered();
    expect(JSON.parse(textsOf(notice)['default'] ?? '')).toEqual(JSON.parse(JSON.stringify(notice.event)));
    expect(notice.event.data).toMatchObject({
      state: 'opened',
      count: 3,
      healed: 1,
      episode: 1,
      notice: 1,
      event: { name: 'ObjectCreated:Put', at: '2026-11-02T08:00:00.000Z', principal: 'AWS:AIDA' },
      examples: [{ subject: { object: { key: 'c' } } }, { subject: { object: { key: 'b' } } }, {}],
      list: `npx holdfast alerts show ${FINGERPRINT} --stage prod --region eu-west-1`,
    });
  });

  it('says in an e-mail what happened, what it means, what is known, what to do, and how to hear no more of it', () => {
    const email = emailOf();
    const parts = [
      'CRITICAL: replica-missing',
      'WHAT HAPPENED',
      'New: 3 cases since 2026-11-02 08:00:00 UTC. 1 of them healed meanwhile.',
      'WHAT IT MEANS',
      'these versions would be lost',
      'WHAT IS KNOWN',
      'after: ObjectCreated:Put at 2026-11-02 08:00:00 UTC by AWS:AIDA',
      'ageMs: 900000',
      'WHAT TO DO',
      `npx holdfast verify 's3://photos/a b/～😀?versionId=v1' --content`,
      'CASES: the latest 3 of 3',
      '2026-11-02 08:00:20 UTC  s3://photos/c?versionId=v1',
      `npx holdfast alerts show ${FINGERPRINT} --stage prod --region eu-west-1`,
      'npx holdfast explain replica-missing',
      `npx holdfast mute ${FINGERPRINT} --for 4h --reason WHY --stage prod --region eu-west-1`,
    ];
    let from = 0;
    for (const part of parts) {
      expect(email.slice(from)).toContain(part);
      from = email.indexOf(part, from);
    }
  });

  it('gives the exact words of a remedy that is known', () => {
    const remedy = {
      who: 'owner of the key',
      what: 'Enable it.',
      statement: '{"Effect":"Allow"}',
      commands: ['aws x'],
    };
    const email = emailOf({ cause: { finding: { ...aCause().finding, remedy } } });
    expect(email).toContain('For the owner of the key: Enable it.\n\n  {"Effect":"Allow"}\n\n  aws x\n');
  });

  it.each<[string, Told, string]>([
    ['that is new', {}, 'New: 3 cases since'],
    [
      'with new cases',
      { cause: { told: { notices: 1, at: new Date(0), phase: 'open', count: 1, severity: 'critical' } } },
      '2 cases more than\nin the last notice, the latest at 2026-11-02 08:00:20 UTC.',
    ],
    [
      'that is still there',
      { notice: { state: 'repeated' } },
      'Still open since 2026-11-02 08:00:00 UTC, 3 cases so far.',
    ],
    ['that is gone', { notice: { state: 'resolved' }, cause: { resolution: 'gone' } }, 'Its cause is gone.'],
    ['that fell silent', { notice: { state: 'resolved' }, cause: { resolution: 'quiet' } }, 'Nobody has proved'],
    ['that a person closed', { notice: { state: 'resolved' }, cause: { resolution: 'closed' } }, 'A person closed it.'],
    ['that wants no answer', { notice: { state: 'noted', severity: 'info' } }, 'For the record: 3 cases'],
    ['that is a test', { notice: { test: true } }, 'THIS IS A TEST.'],
    ['of one case', { cause: { count: 1, healed: 0 } }, 'New: 1 case since 2026-11-02 08:00:00 UTC.\n'],
  ])('says why it tells of a cause %s', (_, told, words) => {
    expect(emailOf(told).replaceAll('\n', ' ')).toContain(words.replaceAll('\n', ' '));
  });

  it('names who closed it, and why', () => {
    const closing = { by: 'AWS:AIDA', reason: 'a planned migration' };
    const told: Told = { notice: { state: 'resolved' }, cause: { resolution: 'closed', closing } };
    expect(emailOf(told).replaceAll('\n', ' ')).toContain('AWS:AIDA closed it: a planned migration.');
  });

  it.each<[FindingCode, string]>([
    ['audit-overdue', 'npx holdfast audits list orders --stage prod\n'],
    ['rule-missing', 'npx holdfast doctor orders --stage prod\n'],
  ])('names what to look at first where a pair has %s', (code, command) => {
    const subject = { kind: 'pair', pair: 'orders', region: 'eu-west-1', source: 'photos' } as const;
    expect(emailOf({ cause: { finding: { ...aCause().finding, code, subject } } })).toContain(command);
  });

  it('asks nothing of people when it is over', () => {
    const email = emailOf({ notice: { state: 'resolved' }, cause: { resolution: 'gone' } });
    expect(email).not.toContain('WHAT TO DO');
    expect(email).not.toContain('mute');
  });

  it.each(codes)('knows what %s means, what it does and what to do', (code) => {
    const email = emailOf({ cause: { finding: { ...aCause().finding, code } } });
    expect(/WHAT HAPPENED\n(.+)/.exec(email)?.[1]).not.toMatch(/^(New|Open|$)/);
    expect(/WHAT TO DO\n(.+)/.exec(email)?.[1]).toMatch(/^[A-Z]/);
    expect(effectOf(code, 'critical').length).toBeGreaterThan('Data is lost, wrong, or about to be.'.length + 10);
  });

  it('is a line in a text message', () => {
    expect(textsOf(rendered())['sms']).toBe('[critical] replica-missing (3 cases): photos/a b/???');
    expect(rendered({ notice: { state: 'resolved' } }).title).toMatch(/^\[resolved\] /);
    expect(rendered({ notice: { test: true } }).title).toMatch(/^\[TEST critical\] /);
  });
});

describe('docs/alerts.md', () => {
  const document = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');

  it('shows an e-mail as it is', () => {
    const at = new Date('2026-11-21T04:01:54.824Z');
    const object = {
      bucket: 'orders-use1',
      region: 'us-east-1',
      key: 'flip/part.bin',
      versionId: 'zhY4Mmqej6CLy2WE.G.hJyPlkCUro1Kv',
    };
    const subject = { kind: 'object-version', object } as const;
    const evidence = {
      algorithm: 'SHA1',
      checksumType: 'COMPOSITE',
      sizeBytes: 16_777_216,
      expectedChecksum: 'llc60aWCMkhopN4tnE9z9wNpdNU=',
      computedChecksum: 'HgzWP9gVfgz+ZDWN8BX1nMIGyHc=',
      damagedPart: 3,
      damagedPartBytes: '10485760-16777215',
      damagedPartCount: 1,
      partCount: 3,
    };
    const event = { name: 'ObjectCreated:CompleteMultipartUpload', at, principal: 'AWS:AIDA70C1A7686B6D0363A' };
    const code = 'content-differs-from-checksum';
    const cause = aCause({
      fingerprint: 'fb724de0cd72292b3fc1ed9fc528a579',
      finding: { verdict: 'violated', code, subject, basis: 'computed-checksum', evidence },
      count: 1,
      healed: 0,
      firstAt: at,
      event,
    });
    const sentAt = new Date('2026-11-21T04:01:56.535Z');
    const notice = { id: FINGERPRINT, state: 'opened', number: 1, severity: 'critical', at: sentAt } as const;
    const sent = renderNotice(cause, notice, { stage: 'prod', region: 'us-east-1' });
    expect(document).toContain(`\`\`\`\n${textsOf(sent)['email'] ?? ''}\`\`\`\n`);
  });

  it('shows an event that its schema describes', () => {
    const schema = JSON.parse(readFileSync(new URL('../../docs/alert.schema.json', import.meta.url), 'utf8')) as object;
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
    validate(JSON.parse(/```\n(\{\n[^`]+)```/.exec(document)?.[1] ?? '{}'));
    expect(validate.errors).toBeNull();
  });
});

it('e-mails say what docs/findings.md says; if not, run npm run schema', () => {
  const [findings = '', meanings] = ['docs/findings.md', 'src/render/meanings.json'].map((path) =>
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
  );
  expect(meanings).toBe(renderMeanings(findings));
});

describe('the attributes for filter policies', () => {
  const subject = { kind: 'object-version', object: OBJECT } as const;
  const withKey = { ...aBucket('vault', 'eu-west-1'), kmsKeys: ['arn:key'] };
  const pairs = [aPair({ name: 'one' }), aPair({ name: 'two' }), aPair({ name: 'other', source: withKey })];

  it.each<[string, Partial<AlertState['finding']>, object]>([
    ['of the link that the evidence names', {}, { bucket: 'photos', pair: 'photos', region: 'eu-west-1' }],
    ['of every pair of the bucket', { evidence: {} }, { bucket: 'photos', pair: ['one', 'two'] }],
    [
      'of a pair',
      { subject: { kind: 'pair', pair: 'p', region: 'us-east-1', source: 's' } },
      { bucket: 's', pair: 'p', region: 'us-east-1' },
    ],
    [
      'of every pair that uses the key',
      { evidence: {}, subject: { kind: 'kms-key', keyArn: 'arn:key', region: 'eu-west-1' } },
      { pair: 'other' },
    ],
    ['of no pair', { evidence: {}, subject: { kind: 'monitor', region: 'eu-west-1' } }, { family: 'replication' }],
  ])('name what is concerned: those %s', (_, finding, expected) => {
    const cause = aCause({ finding: { ...aCause().finding, subject, ...finding } });
    const notice = { id: FINGERPRINT, state: 'opened', number: 1, severity: 'warning', at: new Date(0) } as const;
    const { attributes } = renderNotice(cause, notice, { pairs });
    expect(attributes).toMatchObject({ severity: 'warning', state: 'opened', code: 'replica-missing', ...expected });
    const named = ['bucket', 'pair'].filter((name) => Object.hasOwn(attributes, name));
    expect(named).toEqual(['bucket', 'pair'].filter((name) => Object.hasOwn(expected, name)));
  });
});
