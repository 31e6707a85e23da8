import { DeleteObjectCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { DENIED } from '../documents.ts';
import { isAbout, type RawEvent } from '../inbox.ts';
import { headPair, putSmall } from '../put-object.ts';
import type { Answer, Question } from '../question.ts';
import type { Stage } from '../stage.ts';

export const replicationFailures: Question = {
  id: 'replication-failure-operations',
  question:
    'Which `s3Operation` and `failureReason` does a failed replication of an object, of tags and of a delete marker carry?',
  how: 'By three replications of which the role is denied one action each, and the events about them.',
  ask,
};

async function ask(stage: Stage): Promise<Answer> {
  const { names, clients, source } = stage;
  const bucket = names.sourceBucket;
  const [object, tags, marker] = [`${DENIED.object}a`, `${DENIED.tags}a`, `${DENIED.marker}a`] as const;
  await putSmall(stage, { bucket, key: object });
  const [tagged, marked] = [
    await putSmall(stage, { bucket, key: tags }),
    await putSmall(stage, { bucket, key: marker }),
  ];
  // Both must have arrived: what is denied is the change that comes after.
  await headPair(stage, tags, tagged);
  await headPair(stage, marker, marked);
  const Tagging = { TagSet: [{ Key: 'smoke', Value: 'changed' }] };
  const s3 = clients.s3(source);
  await s3.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: tags, VersionId: tagged, Tagging }));
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: marker }));

  const evidence: Record<string, RawEvent | undefined> = {};
  for (const [name, key] of Object.entries({ object, tags, marker })) {
    evidence[name] = await stage.events.find((event) => isAbout(event, 'Replication:OperationFailed', key));
  }
  const said = Object.entries(evidence).map(([name, event]) => `${name}: ${describe(event)}`);
  return Object.values(evidence).every((event) => event === undefined)
    ? { state: 'unclear', reason: 'no event about a failed replication came in time', evidence }
    : { state: 'answered', answer: said.join('; '), evidence };
}

function describe(event: RawEvent | undefined): string {
  if (event === undefined) return 'no event in time';
  const { s3Operation, failureReason } = event.replicationEventData ?? {};
  return `${String(s3Operation)}, ${String(failureReason)}`;
}
