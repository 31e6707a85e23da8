import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { createPowertoolsJournal } from '../../src/adapters/aws/powertools-journal.ts';
import { checks } from '../../src/checks/index.ts';
import { parseNotification } from '../../src/ingest/s3-notification.ts';
import type { ObjectFacts } from '../../src/model/facts.ts';
import { firstLook } from '../../src/model/look.ts';
import { decide } from '../../src/policy/decide.ts';
import { renderAlert } from '../../src/render/alert.ts';
import { arbitraryFacts } from '../support/arbitrary-facts.ts';
import { leaksIn, SECRET_ALPHABET } from './secrets.ts';

const VALUES = ['AAAA', '4waSgw==', 'r1', ''];
const facts = arbitraryFacts({ recorded: VALUES, computed: VALUES });
/** Marked, so that a short one is not found where it never was. */
const secret = fc.string({ unit: fc.constantFrom(...SECRET_ALPHABET), maxLength: 8 }).map((text) => `sEcReT${text}`);

/** Values that belong to the user: of metadata, of system metadata, and of tags. */
const PRIVATE: ReadonlySet<string> = new Set(['metadata', 'system', 'tags']);

/**
 * The same facts, with a secret as every value of metadata and tags, and two sides that differ. Sources and replicas get other
 * secrets, so that there is something to be told.
 */
function plant(value: unknown, text: string, inPrivate = false): unknown {
  if (inPrivate && typeof value === 'string') return text;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((one) => plant(one, text, inPrivate));
  const members = Object.entries(value).map(([name, member]): [string, unknown] => {
    const isPrivate = PRIVATE.has(name);
    // An observation keeps its words; what it saw does not.
    const within = isPrivate || (inPrivate && name !== 'state' && name !== 'reason');
    const side = name === 'replica' || name === 'current' ? `${text} of ${name}` : text;
    const planted = plant(member, side, within);
    return [name, isPrivate && name !== 'tags' ? { ...(planted as object), planted: side } : planted];
  });
  return Object.fromEntries(members);
}

it('no finding, alert, log line or metric contains a value of metadata or tags', () => {
  let told = 0;
  let differing = 0;
  const lines: string[] = [];
  const logger = new Logger({ logLevel: 'SILENT' });
  vi.spyOn(logger, 'info').mockImplementation((...said) => void lines.push(JSON.stringify(said)));
  const metrics = new Metrics({ namespace: 'Holdfast', serviceName: 'test' });
  vi.spyOn(metrics, 'addMetric').mockImplementation((...said) => {
    lines.push(JSON.stringify(said));
    return metrics;
  });
  const now = new Date('2026-11-21T10:00:00Z');
  const journal = createPowertoolsJournal(logger, metrics, { now: () => now });
  fc.assert(
    fc.property(facts, secret, (found, text) => {
      const planted = plant(found, text) as ObjectFacts;
      const findings = checks.flatMap((check) => check.run(planted));
      const look = { ...firstLook(planted.event, planted.reach), purpose: 'confirm' as const };
      lines.length = 0;
      journal.inspected({ look, facts: planted, findings });
      const actions = decide({ look, facts: planted, findings, threshold: 'info', now });
      for (const action of actions) {
        if (action.kind !== 'alert') continue;
        lines.push(JSON.stringify(renderAlert(action.alert, { id: 'i', fingerprint: 'f', time: now })));
        told += 1;
      }
      differing += findings.filter(({ code }) => /^replica-(?:metadata|tags)-differ/.test(code)).length;
      expect(leaksIn(lines.join('\n'), [text])).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
  // It had every opportunity.
  expect(told).toBeGreaterThan(100);
  expect(differing).toBeGreaterThan(50);
});

it('the reason why a record is set aside does not quote it', () => {
  // Names of AWS's own vocabulary, such as those of events and versions, are quoted: they are what an operator must know.
  const wrap = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => JSON.stringify(text),
    (text) => JSON.stringify({ Records: [text] }),
    (text) => JSON.stringify({ Records: [{ s3: { bucket: { name: text }, object: { key: text } } }] }),
    (text) => JSON.stringify({ Records: [{ s3: text }] }),
    (text) => JSON.stringify({ 'detail-type': 'Object Created', source: 'aws.s3', detail: { object: text } }),
    (text) => JSON.stringify({ Type: 'Notification', Message: text }),
    (text) => JSON.stringify({ requestPayload: { Records: text } }),
  );
  let rejections = 0;
  fc.assert(
    fc.property(secret, wrap, (text, into) => {
      const { rejected } = parseNotification(into(text));
      rejections += rejected.length;
      expect(leaksIn(rejected.map(({ reason }) => reason).join('\n'), [text])).toEqual([]);
    }),
  );
  expect(rejections).toBeGreaterThan(50);
});
