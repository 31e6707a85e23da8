import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../src/model/action.ts';
import type { AlertEvent } from '../../src/model/alert.ts';
import { BASES, type Finding, FINDING_CODES, type FindingCode } from '../../src/model/finding.ts';
import { severityOf } from '../../src/policy/severity.ts';
import { renderAlert } from '../../src/render/alert.ts';
import { renderDigest } from '../../src/render/digest.ts';
import { renderNotice } from '../../src/render/notice.ts';
import { aCause, FINGERPRINT } from '../support/alerts.ts';
import { anEvent, OBJECT } from '../support/facts.ts';

interface Listed {
  readonly enum: readonly string[];
}

interface Schema {
  readonly $defs: {
    readonly data: { readonly properties: Readonly<Record<string, Listed>> };
    readonly code: Listed;
    readonly severity: Listed;
    readonly verdict: Listed;
  };
}

const schema = JSON.parse(readFileSync(new URL('../../docs/alert.schema.json', import.meta.url), 'utf8')) as Schema;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
const codes: readonly FindingCode[] = Object.values(FINDING_CODES).flat();

function rendered(changes: Partial<Finding> = {}): AlertEvent {
  const finding: Finding = {
    verdict: 'violated',
    code: 'content-differs-from-checksum',
    subject: { kind: 'object-version', object: OBJECT },
    basis: 'computed-checksum',
    evidence: { algorithm: 'CRC32', sizeBytes: 10 },
    ...changes,
  };
  const alert = { finding, severity: severityOf(finding, [finding]), state: 'opened', event: anEvent() } as const;
  return renderAlert(alert, { id: FINGERPRINT, fingerprint: FINGERPRINT, time: new Date('2026-11-02T00:00:00Z') })
    .event;
}

/** What the schema says about it, as receivers get it. */
function problemsOf(value: unknown): readonly string[] {
  return validate(JSON.parse(JSON.stringify(value)))
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

function without(value: object, name: string): object {
  return Object.fromEntries(Object.entries(value).filter(([member]) => member !== name));
}

describe('docs/alert.schema.json', () => {
  it.each(codes.flatMap((code) => (['violated', 'unverifiable', 'verified'] as const).map((v) => [code, v] as const)))(
    'accepts an alert of %s that is %s',
    (code, verdict) => {
      expect(problemsOf(rendered({ code, verdict }))).toEqual([]);
    },
  );

  it.each(BASES)('accepts the basis %s with what it proves', (basis) => {
    expect(problemsOf(rendered({ basis }))).toEqual([]);
  });

  it('accepts a finding without a basis', () => {
    expect(problemsOf({ ...rendered(), data: without(without(rendered().data, 'basis'), 'proves') })).toEqual([]);
  });

  it('accepts a finding about the monitor itself', () => {
    const subject = { kind: 'monitor', region: 'eu-west-1' } as const;
    expect(problemsOf(rendered({ code: 'event-poisoned', subject }))).toEqual([]);
  });

  it.each(['a+b%41 é/～😀', 'line\nbreak\u0000', ' ', 'x'.repeat(1024)])('accepts the hostile key %j', (key) => {
    expect(problemsOf(rendered({ subject: { kind: 'object-version', object: { ...OBJECT, key } } }))).toEqual([]);
  });

  it.each(['opened', 'repeated', 'resolved', 'noted'] as const)('accepts a notice that is %s', (state) => {
    const resolved = state === 'resolved' ? { resolution: 'quiet' as const } : {};
    const notice = { id: FINGERPRINT, state, number: 2, severity: 'critical', at: new Date(0) } as const;
    expect(problemsOf(renderNotice(aCause(resolved), notice, { stage: 'dev' }).event)).toEqual([]);
  });

  it('accepts a test', () => {
    const notice = { id: FINGERPRINT, state: 'opened', number: 1, severity: 'critical', test: true } as const;
    expect(problemsOf(renderNotice(aCause(), { ...notice, at: new Date(0) }, {}).event)).toEqual([]);
  });

  it.each([0, 1, 60])('accepts a digest of %i causes', (length) => {
    const states = Array.from({ length }, () => aCause({ phase: 'noted', severity: 'info' }));
    const span = { from: new Date(0), until: new Date(86_400_000) };
    expect(problemsOf(renderDigest({ id: FINGERPRINT, region: 'eu-west-1', states, ...span }, {}).event)).toEqual([]);
  });

  it('knows exactly the codes, families, bases and severities of the model', () => {
    const { data, code, severity, verdict } = schema.$defs;
    const { properties } = data;
    expect(code.enum).toEqual(codes);
    expect(properties['family']?.enum).toEqual(Object.keys(FINDING_CODES));
    expect(properties['basis']?.enum).toEqual(BASES);
    expect(severity.enum).toEqual(SEVERITIES);
    expect(verdict.enum).toEqual(['verified', 'violated', 'unverifiable']);
  });

  it.each<[string, (event: AlertEvent) => unknown]>([
    ['without data', (event) => without(event, 'data')],
    ['of another type', (event) => ({ ...event, type: 'holdfast.alert.v2' })],
    ['of the type of a digest', (event) => ({ ...event, type: 'holdfast.digest.v1' })],
    ['of a state that there is not', (event) => ({ ...event, data: { ...event.data, state: 'closed' } })],
    ['that is open and resolved', (event) => ({ ...event, data: { ...event.data, resolution: 'gone' } })],
    ['without a count', (event) => ({ ...event, data: without(event.data, 'count') })],
    ['with an example without a time', (event) => ({ ...event, data: { ...event.data, examples: [{}] } })],
    ['with an unknown member', (event) => ({ ...event, extra: 1 })],
    ['with an unknown member of data', (event) => ({ ...event, data: { ...event.data, extra: 1 } })],
    ['with an unknown code', (event) => ({ ...event, data: { ...event.data, code: 'content-rotten' } })],
    ['with an unknown family', (event) => ({ ...event, data: { ...event.data, family: 'weather' } })],
    ['with an empty id', (event) => ({ ...event, id: '' })],
    ['with a local time', (event) => ({ ...event, time: '2026-11-02T00:00:00+01:00' })],
    ['with a title that no e-mail can have', (event) => ({ ...event, data: { ...event.data, title: 'é' } })],
    ['with a title of 100 characters', (event) => ({ ...event, data: { ...event.data, title: 'x'.repeat(100) } })],
    ['that proves more than its basis', (event) => ({ ...event, data: { ...event.data, basis: 'etag' } })],
    ['that proves something without a basis', (event) => ({ ...event, data: without(event.data, 'basis') })],
    ['with nested evidence', (event) => ({ ...event, data: { ...event.data, evidence: { a: { b: 1 } } } })],
    ['without a key', (event) => ({ ...event, data: { ...event.data, subject: { kind: 'object-version' } } })],
    [
      'that pages about what cannot be judged',
      (event) => ({ ...event, data: { ...event.data, verdict: 'unverifiable', severity: 'critical' } }),
    ],
    [
      'of an event without a time',
      (event) => ({ ...event, data: { ...event.data, event: { name: 'ObjectCreated:Put' } } }),
    ],
  ])('refuses an alert %s', (_, mutate) => {
    expect(problemsOf(mutate(rendered()))).not.toEqual([]);
  });
});
