import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/model/action.ts';
import type { Finding } from '../../src/model/finding.ts';
import { lookIdentity, type Look } from '../../src/model/look.ts';
import { present } from '../../src/model/observation.ts';
import { decide, differenceIn, MOST_READINGS, RETRY_DELAYS_MS, type Situation } from '../../src/policy/decide.ts';
import { aLink } from '../support/replicas.ts';
import { aFinding, aLook, aState, someFacts } from '../support/facts.ts';

const NOW = new Date('2026-11-02T00:00:00Z');
const facts = someFacts({ source: present(aState({ etag: { kind: 'content-md5', hex: '0' } })) });
const differs = (computedETag: string): Finding => aFinding({ evidence: { computedETag } });
const CHECKSUM = aFinding({ code: 'content-differs-from-checksum', evidence: { computedChecksum: 'crc' } });
const VERIFIED = aFinding({ verdict: 'verified', code: 'content-verified', evidence: {} });
const THROTTLED = aFinding({ verdict: 'unverifiable', code: 'content-unreadable', retry: true, evidence: {} });

function decideOn(look: Look, findings: readonly Finding[]): readonly Action[] {
  return decide({ look, facts, findings, threshold: 'info', now: NOW });
}

function lookIn(actions: readonly Action[]): Look {
  const [action] = actions;
  if (actions.length !== 1 || action?.kind !== 'look')
    throw new Error(`expected one look, got ${JSON.stringify(actions)}`);
  return action.look;
}

/** The look that follows when readings show these differences one after the other. */
function after(...readings: readonly (readonly Finding[])[]): Look {
  return readings.reduce((look, findings) => lookIn(decideOn(look, findings)), aLook());
}

const seen = (evidence: Finding['evidence']) => differenceIn([aFinding({ evidence })]);
const published = (actions: readonly Action[]): readonly string[] =>
  actions.flatMap((action) =>
    action.kind === 'alert' ? [`${action.alert.severity} ${action.alert.finding.code}`] : [action.kind],
  );

describe('a difference', () => {
  it('is no alarm at first, but another look', () => {
    const confirm = after([differs('x')]);
    expect(confirm).toMatchObject({ purpose: 'confirm', reach: 'content', attempt: 0, suspicion: { readings: 1 } });
    expect(confirm.dueAt).toEqual(new Date(NOW.getTime() + 1_000));
  });

  it('is an alarm when a second reading shows the same', () => {
    expect(published(decideOn(after([differs('x')]), [differs('x')]))).toEqual(['critical content-differs-from-etag']);
  });

  it('is an alarm when a second reading shows the same and more', () => {
    const actions = decideOn(after([CHECKSUM]), [differs('x'), CHECKSUM]);
    expect(published(actions)).toEqual([
      'critical content-differs-from-etag',
      'critical content-differs-from-checksum',
    ]);
  });

  it('is looked at again when the second reading shows only some of it', () => {
    expect(lookIn(decideOn(after([differs('x'), CHECKSUM]), [CHECKSUM])).suspicion?.readings).toBe(2);
  });

  it('has vanished when the second reading is clean', () => {
    expect(published(decideOn(after([differs('x')]), [VERIFIED]))).toEqual(['info content-verified']);
  });

  it('is an alarm when the last two of several readings agree', () => {
    const confirm = after([differs('x')], [differs('y')], [differs('x')]);
    expect(confirm).toMatchObject({ attempt: 2, suspicion: { readings: 3 } });
    expect(published(decideOn(confirm, [differs('x')]))).toEqual(['critical content-differs-from-etag']);
  });

  it('cannot be decided when every reading shows something else', () => {
    const readings = Array.from({ length: MOST_READINGS }, (_, index) => [differs(`reading ${index}`)]);
    const actions = decideOn(after(...readings.slice(1)), [...(readings[0] ?? []), VERIFIED]);
    expect(published(actions)).toEqual(['info content-differs-from-etag', 'info content-verified']);
    expect(actions[0]).toMatchObject({
      alert: { state: 'noted', finding: { verdict: 'unverifiable', evidence: { differentReadings: MOST_READINGS } } },
    });
  });

  it('waits longer each time', () => {
    const delays = [1, 2, 3, 4].map((count) => {
      const confirm = after(...Array.from({ length: count }, (_, index) => [differs(`${index}`)]));
      return (confirm.dueAt?.getTime() ?? 0) - NOW.getTime();
    });
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it('of what was recorded is an alarm at once, because reading again cannot change it', () => {
    const recorded = aFinding({ code: 'size-differs', basis: 'size', evidence: { sizeBytes: 9 } });
    expect(published(decideOn(aLook(), [recorded]))).toEqual(['critical size-differs']);
  });

  it.each([
    ['an ETag', { computedETag: 'a' }, { computedETag: 'b' }],
    ['a checksum', { computedChecksum: 'a' }, { computedChecksum: 'b' }],
    ['a digest', { computedDigest: 'a' }, { computedDigest: 'b' }],
    ['a size', { sizeBytes: 1 }, { sizeBytes: 2 }],
  ])('is told from another by %s', (_, one, other) => {
    expect(seen(one)).not.toBe(seen(other));
    expect(seen(one)).toBe(seen({ ...one }));
  });
});

describe('a difference that may be a moment old', () => {
  const MINUTE_MS = 60_000;
  const link = aLink({ lookAfterMs: [MINUTE_MS, 3 * MINUTE_MS, 24 * MINUTE_MS] });
  const about = { evidence: { link: 'l' } };
  const TAGS = aFinding({ code: 'replica-tags-differ', ...about });
  const ACL = aFinding({ code: 'replica-acl-differs', ...about });
  const CONTENT = aFinding({ code: 'replica-content-differs', ...about });
  const on = (look: Look, findings: readonly Finding[], links: Pick<Situation, 'links'> = { links: [link] }) =>
    decide({ look, facts, findings, threshold: 'info', now: look.dueAt ?? NOW, ...links });
  const delayOf = ({ dueAt, suspicion }: Look): number => (dueAt?.getTime() ?? 0) - (suspicion?.since ?? NOW).getTime();
  const suspected = (sinceMs: number): Look =>
    aLook({ suspicion: { seen: differenceIn([TAGS]) ?? '', readings: 1, since: new Date(NOW.getTime() - sinceMs) } });

  it.each([
    ['as lies between the last two looks', [link], 21 * MINUTE_MS],
    ['as the only look waits', [aLink({ lookAfterMs: [5 * MINUTE_MS] })], 5 * MINUTE_MS],
    ['as any other, where nobody waits', undefined, 1_000],
  ])('has as long to arrive %s', (_, links, expected) => {
    expect(delayOf(lookIn(on(aLook(), [TAGS], links === undefined ? {} : { links })))).toBe(expected);
  });

  it('is an alarm when it is still there', () => {
    expect(published(on(lookIn(on(aLook(), [TAGS])), [TAGS]))).toEqual(['warning replica-tags-differ']);
  });

  it.each([
    ['is an alarm when an earlier look saw it', 21 * MINUTE_MS, ['warning replica-tags-differ']],
    ['is an alarm when an earlier look saw it, which was late', 11 * MINUTE_MS, ['warning replica-tags-differ']],
    ['has as long again when an earlier look saw it just now', 10 * MINUTE_MS, ['look']],
  ])('%s', (_, sinceMs, expected) => {
    expect(published(on(suspected(sinceMs), [TAGS]))).toEqual(expected);
  });

  it('has as long again when it is another one', () => {
    expect(delayOf(lookIn(on(lookIn(on(aLook(), [TAGS])), [ACL])))).toBe(21 * MINUTE_MS);
    expect(delayOf(lookIn(on(lookIn(on(aLook(), [TAGS])), [TAGS, ACL])))).toBe(21 * MINUTE_MS);
  });

  it('does not hold up one that cannot change', () => {
    const soon = lookIn(on(aLook(), [TAGS, CONTENT]));
    expect(delayOf(soon)).toBe(1_000);
    const actions = on(soon, [TAGS, CONTENT]);
    expect(published(actions)).toEqual(['critical replica-content-differs', 'look']);
    const later = lookIn(actions.slice(1));
    expect(delayOf(later)).toBe(21 * MINUTE_MS);
    expect(published(on(later, [TAGS, CONTENT]))).toEqual([
      'warning replica-tags-differ',
      'critical replica-content-differs',
    ]);
  });
});

describe('evidence that is temporarily out of reach', () => {
  it('is looked for again after growing delays, and given up with a note', () => {
    let look = aLook();
    const delays: number[] = [];
    for (const _ of RETRY_DELAYS_MS) {
      look = lookIn(decideOn(look, [THROTTLED]));
      delays.push((look.dueAt?.getTime() ?? 0) - NOW.getTime());
    }
    expect(delays).toEqual(RETRY_DELAYS_MS);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(published(decideOn(look, [THROTTLED]))).toEqual(['info content-unreadable']);
  });

  it('makes a different look each time', () => {
    const first = lookIn(decideOn(aLook(), [THROTTLED]));
    const second = lookIn(decideOn(first, [THROTTLED]));
    expect(new Set([aLook(), first, second].map(lookIdentity)).size).toBe(3);
  });

  it('does not let a suspicion be forgotten', () => {
    const confirm = after([differs('x')]);
    const retry = lookIn(decideOn(confirm, [THROTTLED]));
    expect(retry).toMatchObject({ purpose: 'retry', attempt: 0, suspicion: confirm.suspicion });
    expect(published(decideOn(retry, [differs('x')]))).toEqual(['critical content-differs-from-etag']);
  });

  it('is taken up where an interrupted reading stood', () => {
    const resumed = aLook({ purpose: 'resume', resume: 'here' });
    expect(lookIn(decideOn(resumed, [THROTTLED]))).toMatchObject({ purpose: 'retry', resume: 'here' });
  });
});

const unfinished = (look: Look, token: string, findings: readonly Finding[] = []): Look =>
  lookIn(decide({ look, facts: { ...facts, unfinished: token }, findings, threshold: 'info', now: NOW }));

describe('a reading that is not finished', () => {
  it('goes on at once, and nothing is said before its end', () => {
    const resume = unfinished(aLook(), 'one', [VERIFIED, THROTTLED]);
    expect(resume).toMatchObject({ purpose: 'resume', attempt: 0, resume: 'one', reach: 'content' });
    expect(resume).not.toHaveProperty('dueAt');
    expect(unfinished(resume, 'two')).toMatchObject({ attempt: 1, resume: 'two' });
  });

  it('keeps the suspicion it is to confirm', () => {
    const confirm = after([differs('x')]);
    const resume = unfinished(confirm, 'here');
    expect(resume.suspicion).toEqual(confirm.suspicion);
    expect(published(decideOn(resume, [differs('x')]))).toEqual(['critical content-differs-from-etag']);
  });
});
