import { GetObjectAttributesCommand } from '@aws-sdk/client-s3';
import { putInParts } from '../put-object.ts';
import type { Answer, Question } from '../question.ts';
import type { Stage } from '../stage.ts';

const KEY = 'attributes';

export const compositeAttributes: Question = {
  id: 'composite-attributes',
  question: 'Does GetObjectAttributes give a composite checksum with the number of parts, and the ETag with quotes?',
  how: 'By an object of two parts with a composite CRC32C.',
  ask,
};

async function ask(stage: Stage): Promise<Answer> {
  const bucket = stage.names.plainBucket;
  await putInParts(stage, { bucket, key: KEY }, { algorithm: 'CRC32C', type: 'COMPOSITE' });
  const { $metadata: _, ...attributes } = await stage.clients.s3(stage.source).send(
    new GetObjectAttributesCommand({
      Bucket: bucket,
      Key: KEY,
      ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'ObjectSize'],
    }),
  );
  const { ETag = '', Checksum } = attributes;
  const value = Checksum?.ChecksumCRC32C;
  if (value === undefined) return { state: 'unclear', reason: 'the answer has no CRC32C', evidence: { attributes } };
  const said = [
    `the checksum ends ${/-\d+$/.test(value) ? 'with' : 'without'} the number of parts`,
    `the ETag is ${ETag.startsWith('"') ? 'quoted' : 'not quoted'}`,
  ];
  return { state: 'answered', answer: said.join(', '), evidence: { attributes } };
}
