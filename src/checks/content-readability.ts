import type { ObjectFacts } from '../model/facts.ts';
import { isTemporary, type UnreadableReason } from '../model/observation.ts';
import { type Check, subjectOf } from './check.ts';

/**
 * The version could not be looked at; says nothing against the object. A version that is gone was deleted after the event:
 * deletes are never accused here, because the removal has an event of its own and may have arrived before this one.
 */
export const contentReadability: Check = {
  id: 'content-readability',
  needs: ['source'],
  run(facts) {
    const reason = reasonOf(facts);
    if (reason === undefined) return [];
    return [
      {
        verdict: 'unverifiable',
        code: 'content-unreadable',
        subject: subjectOf(facts),
        retry: isTemporary(reason),
        evidence: {
          reason,
          reach: facts.reach,
          ...(facts.source?.state === 'present' ? { sizeBytes: facts.source.value.sizeBytes } : {}),
        },
      },
    ];
  },
};

function reasonOf({ source, content, parts }: ObjectFacts): UnreadableReason | undefined {
  if (source === undefined) return undefined;
  if (source.state === 'absent') return 'deleted-meanwhile';
  if (source.state === 'unreadable') return source.reason;
  if (parts?.state === 'unreadable') return parts.reason;
  if (content?.state === 'absent') return 'deleted-meanwhile';
  return content?.state === 'unreadable' ? content.reason : undefined;
}
