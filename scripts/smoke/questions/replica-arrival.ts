import { isAbout } from '../inbox.ts';
import { putSmall } from '../put-object.ts';
import type { Answer, Question } from '../question.ts';
import type { Stage } from '../stage.ts';

const KEY = 'arrival';

export const replicaArrival: Question = {
  id: 'replica-arrival-event',
  question: 'Which event does the destination bucket send when a replica arrives, and in whose name?',
  how: 'By one replicated object, and what the queue of its destination hears.',
  ask,
};

async function ask(stage: Stage): Promise<Answer> {
  await putSmall(stage, { bucket: stage.names.sourceBucket, key: KEY });
  const event = await stage.arrivals.find((heard) => isAbout(heard, 'ObjectCreated:', KEY));
  const evidence = { event };
  if (event === undefined) return { state: 'unclear', reason: 'the destination sent no event in time', evidence };
  const { sequencer, versionId } = event.s3?.object ?? {};
  const parts = [
    String(event.eventName),
    `principal ${event.userIdentity?.principalId ?? 'absent'}`,
    `sequencer ${sequencer === undefined ? 'absent' : 'present'}`,
    `version ID ${versionId === undefined ? 'absent' : 'present'}`,
  ];
  return { state: 'answered', answer: parts.join(', '), evidence };
}
