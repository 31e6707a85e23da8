import { describe, expect, it } from 'vitest';
import { gatherDeclared } from '../../src/gather/declared-digests.ts';
import type { DeclaredRule } from '../../src/model/config.ts';
import type { UnreadableReason } from '../../src/model/observation.ts';
import { declaredDigestDivergence } from '../../src/checks/declared-digest-divergence.ts';
import { createFakeCloud } from '../support/fake-cloud.ts';
import { aBudget } from '../support/deliver.ts';
import { someFacts } from '../support/facts.ts';

const SIDE_FILE: DeclaredRule = {
  from: 'side-file',
  suffix: '.sha256',
  algorithm: 'SHA256',
  encoding: 'hex',
  of: 'content',
  allowContentEncoding: false,
};

async function declarationsWith(trouble: UnreadableReason | undefined) {
  const cloud = createFakeCloud();
  const stored = await cloud.put({ key: 'a', versionId: 'v1', content: Buffer.from('content') });
  if (trouble !== undefined) {
    const file = await cloud.put({ key: 'a.sha256', content: Buffer.from('00') });
    file.trouble = { state: 'unreadable', reason: trouble };
  }
  const given = { object: stored.object, state: stored.state, rules: [SIDE_FILE] };
  return gatherDeclared(given, cloud.objects, aBudget());
}

describe('a side file', () => {
  it.each<[UnreadableReason, boolean]>([
    ['throttled', true],
    ['kms-throttled', true],
    ['access-denied', false],
    ['key-unusable', false],
  ])(
    'that is there and cannot be read (%s) is said to be so, and looked at again where that can change',
    async (reason, retry) => {
      const declarations = await declarationsWith(reason);
      expect(declarations).toEqual({
        declared: [],
        unreadDeclarations: [{ from: 'side-file', where: 'a.sha256', reason }],
      });
      expect(declaredDigestDivergence.run(someFacts(declarations))).toMatchObject([
        { verdict: 'unverifiable', code: 'content-unreadable', retry, evidence: { reason, where: 'a.sha256' } },
      ]);
    },
  );

  it('that is not there declares nothing', async () => {
    expect(await declarationsWith(undefined)).toEqual({ declared: [] });
  });
});
