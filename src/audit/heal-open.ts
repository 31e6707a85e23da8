import { mapBounded } from '../gather/map-bounded.ts';
import { familyOf, type Finding } from '../model/finding.ts';
import { type Link, linkId } from '../model/link.ts';
import type { ObjectRef } from '../model/object.ts';
import type { AlertState } from '../model/alert-state.ts';
import { linksOfAudit } from './ask-of-audit.ts';
import { auditedLinks, gatherAuditedLinks } from './audited-links.ts';
import { lookAtVersion } from './look-at-version.ts';
import type { AuditQuestion } from '../model/audit-records.ts';
import type { Invocation, RunOf } from './run-world.ts';

/** Cases that are looked at again; the rest waits for the next run. */
const MOST_LOOKS = 1_000;

/**
 * Looks once more at what is open about versions that were audited. What two listings show alike is never looked at, so nobody else
 * would see that it was mended. Answers how many were proved.
 */
export async function healOpen(
  { audit, config }: RunOf,
  question: AuditQuestion,
  { world, call }: Invocation,
): Promise<number> {
  const links = linksOfAudit(audit, config);
  const audited = await gatherAuditedLinks(links, question, { buckets: world.buckets, call });
  const open = (await world.states.list(call)).filter(({ phase }) => phase === 'open');
  const cases: { readonly object: ObjectRef; readonly link: Link }[] = [];
  for (const state of open) {
    const link = auditedLinks(links).find((each) => isAbout(state, each));
    if (link === undefined) continue;
    for await (const { subject, healedAt } of world.states.cases(state.fingerprint, call)) {
      if (cases.length >= MOST_LOOKS) break;
      const isAsked = subject.kind === 'object-version' && subject.object.key.startsWith(question.prefix);
      if (isAsked && healedAt === undefined) cases.push({ object: subject.object, link });
    }
  }
  const proved = await mapBounded(cases, async ({ object, link }): Promise<number> => {
    const known = audited.get(linkId(link));
    if (known === undefined) return 0;
    const { key, versionId } = object;
    const listed = { key, ...(versionId === undefined ? {} : { versionId }), ...UNLISTED };
    const { state } = await lookAtVersion({ source: listed }, known, { world, call });
    if (state !== 'proved') return 0;
    await world.alerts.heal([proofOf(object, link)], call);
    return 1;
  });
  return proved.reduce((sum, count) => sum + count, 0);
}

/** Nobody has listed it now; so old that it has to be there. */
const UNLISTED = { isLatest: false, sizeBytes: 0, etag: '', storageClass: 'STANDARD', lastModifiedAt: new Date(0) };

function isAbout({ finding: { code, verdict, subject, evidence, replica } }: AlertState, link: Link): boolean {
  if (verdict !== 'violated' || familyOf(code) !== 'replication' || subject.kind !== 'object-version') return false;
  return (
    subject.object.bucket === link.source.bucket &&
    (evidence['destinationBucket'] ?? replica?.bucket) === link.destination.bucket
  );
}

function proofOf(object: ObjectRef, { destination: { bucket, region } }: Link): Finding {
  return {
    verdict: 'verified',
    code: 'replica-matches',
    subject: { kind: 'object-version', object },
    replica: { bucket, region },
    evidence: { destinationBucket: bucket },
  };
}
