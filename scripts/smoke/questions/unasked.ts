import type { Question } from '../question.ts';

/** What no smoke test should do to an account, so that the list of what is unknown stays whole. */
export const UNASKED: readonly Question[] = [
  {
    id: 'kms-throttle-form',
    question: 'Is a read that KMS throttles a 503 SlowDown that names KMS, on GET, GetObjectAttributes and PUT alike?',
    how: 'By more requests with KMS in one second than the quota of the Region allows.',
    unasked: 'it takes more than 10,000 requests in a second, and throttles everybody in the account who uses KMS',
  },
  {
    id: 'replication-threshold-fields',
    question: 'What do `threshold` and `replicationTime` of late replications contain?',
    how: 'By an object that takes more than 15 minutes to be replicated.',
    unasked: 'nobody can make S3 be late; a copy of such an event from a real pair would answer it',
  },
  {
    id: 'compute-checksum-algorithms',
    question: 'Does a compute-checksum job of S3 Batch Operations take SHA-512 and the XXHash algorithms?',
    how: 'By a job for one object with each algorithm, and its report.',
    unasked: 'each job costs 0.25 USD, and its report can take hours',
  },
  {
    id: 'eventbridge-charge',
    question: 'Are the events of S3 on the default event bus charged?',
    how: 'By the bill: usage type with `Event` in it, of the day after a run.',
    unasked: 'the bill shows it a day later; look at the daily cost of EventBridge after this run',
  },
  {
    id: 'lambda-test-event',
    question: 'Does a function that is named as a destination of notifications get an `s3:TestEvent`?',
    how: 'By a function that writes down its first event.',
    unasked: 'it takes a function and a role that run code in the account',
  },
];
