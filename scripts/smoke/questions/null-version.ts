import { DeleteObjectCommand, PutBucketVersioningCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { isAbout, type RawEvent } from '../inbox.ts';
import { putSmall } from '../put-object.ts';
import type { Answer, Question } from '../question.ts';
import type { Stage } from '../stage.ts';
import { untilAccepted } from '../time.ts';

const KEY = 'before';

export const nullVersion: Question = {
  id: 'null-version-event',
  question: 'Which version ID do events about an object carry that was written before its bucket kept versions?',
  how: 'By one object, tagged and deleted after versioning was enabled, and the three events about it.',
  ask,
};

async function ask(stage: Stage): Promise<Answer> {
  const { names, clients, source, time } = stage;
  const s3 = clients.s3(source);
  const at = { Bucket: names.plainBucket, Key: KEY };
  await putSmall(stage, { bucket: names.plainBucket, key: KEY });
  const created = await stage.events.find((event) => isAbout(event, 'ObjectCreated:', KEY));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: names.plainBucket, VersioningConfiguration }));
  const Tagging = { TagSet: [{ Key: 'smoke', Value: 'null' }] };
  const ofNull = { ...at, VersionId: 'null' };
  await untilAccepted(time, () => s3.send(new PutObjectTaggingCommand({ ...ofNull, Tagging })));
  const tagged = await stage.events.find((event) => isAbout(event, 'ObjectTagging:', KEY));
  await s3.send(new DeleteObjectCommand(ofNull));
  const removed = await stage.events.find((event) => isAbout(event, 'ObjectRemoved:', KEY));

  const evidence = { created, tagged, removed };
  const said = Object.entries(evidence).map(([name, event]) => `${name}: ${describe(event)}`);
  return Object.values(evidence).includes(undefined)
    ? { state: 'unclear', reason: `not every event came in time: ${said.join(', ')}`, evidence }
    : { state: 'answered', answer: said.join(', '), evidence };
}

function describe(event: RawEvent | undefined): string {
  if (event === undefined) return 'no event';
  const { object = {} } = event.s3 ?? {};
  return 'versionId' in object ? JSON.stringify(object['versionId']) : 'absent';
}
