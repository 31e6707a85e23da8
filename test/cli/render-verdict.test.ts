import { expect, it } from 'vitest';
import { renderVerdict } from '../../src/cli/render-verdict.ts';
import { toRecord } from '../../src/cli/verdict-record.ts';
import type { Finding } from '../../src/model/finding.ts';
import { remedyOf } from '../../src/policy/replication-failure.ts';
import { OBJECT, someFacts } from '../support/facts.ts';

const { remedy } = remedyOf('DstPutTaggingNotPermitted', {});
const finding: Finding = {
  verdict: 'violated',
  code: 'replication-failed',
  subject: { kind: 'object-version', object: OBJECT },
  replica: { bucket: 'photos-copy', region: 'us-west-2' },
  remedy,
  evidence: { failureReason: 'DstPutTaggingNotPermitted' },
};
const verdict = {
  object: OBJECT,
  verdict: 'violated',
  judgements: [{ finding, severity: 'warning' }],
  facts: someFacts(),
} as const;

it('shows who acts, and commands as lines to be copied', () => {
  const lines = renderVerdict(verdict, []).split('\n');
  expect(lines.join('\n')).toContain('  who           owner of the replication role (account SOURCE-ACCOUNT)');
  for (const command of remedy.commands) expect(lines.filter((line) => line.endsWith(command))).toHaveLength(1);
});

it('keeps replica and remedy in NDJSON', () => {
  expect(toRecord(verdict)).toMatchObject({ findings: [{ replica: finding.replica, remedy }] });
});
