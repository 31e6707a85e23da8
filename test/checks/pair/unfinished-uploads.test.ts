import { describe, expect, it } from 'vitest';
import { unfinishedUploads } from '../../../src/checks/pair/unfinished-uploads.ts';
import { present } from '../../../src/model/observation.ts';
import { ABSENT, aLifecycleRule, DENIED, LOOKED_AT, somePair, unknownPair } from '../../support/pair-facts.ts';
import { documentIn } from './document-in.ts';

const DAY_MS = 86_400_000;

function upload(ageDays: number, key = 'k') {
  return { key, uploadId: `u${ageDays}`, initiatedAt: new Date(LOOKED_AT.getTime() - ageDays * DAY_MS) };
}

const PARTLY = aLifecycleRule({ id: 'abort-unfinished-uploads', prefix: 'logs/', abortUploadsAfterDays: 1 });
const IDLE = aLifecycleRule({ enabled: false, abortUploadsAfterDays: 1 });
const MFA = present({ status: 'Enabled', mfaDelete: true } as const);

describe('unfinishedUploads', () => {
  it.each([
    ['a rule that aborts', somePair(), []],
    ['no rules', somePair({ source: { lifecycle: ABSENT } }), ['violated multipart-abort-rule-missing']],
    [
      'a rule for a prefix',
      somePair({ source: { lifecycle: present([PARTLY]) } }),
      ['violated multipart-abort-rule-missing'],
    ],
    ['an idle rule', somePair({ source: { lifecycle: present([IDLE]) } }), ['violated multipart-abort-rule-missing']],
    ['MFA delete, beside which there are no rules', somePair({ source: { lifecycle: ABSENT, versioning: MFA } }), []],
    [
      'rules that may not be read',
      somePair({ source: { lifecycle: DENIED } }),
      ['unverifiable multipart-abort-rule-missing'],
    ],
    [
      'uploads that may not be listed',
      somePair({ source: { uploads: DENIED } }),
      ['unverifiable multipart-upload-stale'],
    ],
    ['an upload of a week', somePair({ source: { uploads: present([upload(7)]) } }), []],
    [
      'an older upload',
      somePair({ source: { uploads: present([upload(8), upload(1)]) } }),
      ['violated multipart-upload-stale'],
    ],
  ])('judges %s', (_, facts, expected) => {
    expect(unfinishedUploads.run(facts).map(({ verdict, code }) => `${verdict} ${code}`)).toEqual(expected);
    expect(unfinishedUploads.applies(facts)).toBe(true);
  });

  it('is asked where uploads or rules were', () => {
    expect(unfinishedUploads.applies(unknownPair())).toBe(false);
    expect(unfinishedUploads.applies({ ...unknownPair(), source: { uploads: present([]) } })).toBe(true);
  });

  it('adds its rule beside the others, under a name of its own', () => {
    const [finding] = unfinishedUploads.run(somePair({ source: { lifecycle: present([PARTLY]) } }));
    expect(finding?.evidence).toEqual({ lifecycleRules: 1 });
    expect(documentIn(finding?.remedy?.commands[0])).toMatchObject({
      Rules: [
        { ID: 'abort-unfinished-uploads', Filter: { Prefix: 'logs/' } },
        { ID: 'abort-unfinished-uploads-everywhere', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
      ],
    });
  });

  it('aborts the oldest, and says that there are more', () => {
    const many = Array.from({ length: 30 }, (_, index) => upload(40 - index, `key ${index}`));
    const [finding] = unfinishedUploads.run(somePair({ source: { uploads: present(many) } }));
    expect(finding?.evidence).toEqual({ uploads: 30, oldestAt: '2026-10-11T00:00:00.000Z' });
    expect(finding?.remedy?.commands).toHaveLength(20);
    expect(finding?.remedy?.commands[0]).toBe(
      "aws s3api abort-multipart-upload --bucket orders-use1 --region us-east-1 --key 'key 0' --upload-id u40",
    );
    expect(finding?.remedy?.what).toContain('the oldest 20');
  });
});
