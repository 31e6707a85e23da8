import { type Check, subjectOf } from './check.ts';

/**
 * S3 itself reports that it lost an object of the Reduced Redundancy class. A 404 alone is never a loss: it cannot be told
 * from a delete.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
export const objectLoss: Check = {
  id: 'object-loss',
  needs: [],
  run(facts) {
    if (facts.event.kind !== 'object-lost') return [];
    return [
      {
        verdict: 'violated',
        code: 'object-lost',
        subject: subjectOf(facts),
        evidence: { reportedBy: 's3', reportedAt: facts.event.eventAt.toISOString() },
      },
    ];
  },
};
