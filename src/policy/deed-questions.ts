/** What a request did to the object that a finding is about; `refused`: S3 did not take what somebody wanted to write. */
export type Deed = 'removed' | 'removed-another' | 'hidden' | 'written' | 'refused';

/** Which deed, in the bucket of the object or in that of its replica; the first that the logs know counts. */
export type DeedQuestion = readonly [deed: Deed, side: 'own' | 'replica'];

const OVERWRITTEN_THERE: readonly DeedQuestion[] = [['written', 'replica']];
const REMOVED: readonly DeedQuestion[] = [['removed', 'own']];
/** Of the version itself: who wrote it. */
export const MADE: readonly DeedQuestion[] = [['written', 'own']];

/** By code: what may have been done, the likeliest first. */
export const QUESTIONS: Readonly<Record<string, readonly DeedQuestion[]>> = {
  'replica-missing': [
    ['removed', 'replica'],
    ['refused', 'replica'],
  ],
  'replica-overdue': [['refused', 'replica']],
  'replication-failed': [['refused', 'replica']],
  'source-version-gone': REMOVED,
  'object-lost': REMOVED,
  'delete-marker-differs': [
    ['removed', 'own'],
    ['removed', 'replica'],
    ['hidden', 'replica'],
    ['hidden', 'own'],
    ['removed-another', 'own'],
    ['removed-another', 'replica'],
  ],
  'versions-conflict': [
    ['written', 'replica'],
    ['written', 'own'],
  ],
  'late-arrival-took-over': OVERWRITTEN_THERE,
  'replica-content-differs': OVERWRITTEN_THERE,
  'replica-size-differs': OVERWRITTEN_THERE,
  'replica-under-other-version': OVERWRITTEN_THERE,
  'content-differs-from-etag': MADE,
  'content-differs-from-checksum': MADE,
  'content-differs-from-declared-digest': MADE,
  'content-differs-from-baseline': MADE,
  'size-differs': MADE,
  'mass-delete': [
    ['removed', 'own'],
    ['hidden', 'own'],
  ],
  'mass-overwrite': MADE,
};
