import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { S3Event, SQSBatchResponse, SQSEvent } from 'aws-lambda';

const s3 = new S3Client({});
const sns = new SNSClient({});

/** What the sandbox says to four questions about the object: its content, and three that the role has no permission for. */
async function ask(Bucket: string, Key: string, VersionId: string | undefined): Promise<readonly string[]> {
  const answers = await Promise.allSettled([
    s3.send(new GetObjectCommand({ Bucket, Key, VersionId })).then(({ Body }) => Body?.transformToString()),
    s3.send(new HeadObjectCommand({ Bucket, Key })).then(() => 'current'),
    s3.send(new GetObjectTaggingCommand({ Bucket, Key, VersionId })).then(() => 'tags'),
    s3.send(new GetObjectCommand({ Bucket, Key: 'missing', VersionId })).then(() => 'missing'),
  ]);
  return answers.map((answer) => (answer.status === 'fulfilled' ? String(answer.value) : describe(answer.reason)));
}

function describe(reason: unknown): string {
  if (!(reason instanceof S3ServiceException)) return String(reason);
  return `${reason.$metadata.httpStatusCode} ${reason.name}: ${reason.message}`;
}

export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  for (const { body } of Records) {
    const { Records: events = [] } = JSON.parse(body) as Partial<S3Event>;
    for (const {
      s3: { bucket, object },
    } of events) {
      const key = decodeURIComponent(object.key.replaceAll('+', ' '));
      const Message = JSON.stringify({ key, answers: await ask(bucket.name, key, object.versionId) });
      const outcome = { DataType: 'String', StringValue: key.startsWith('ignored/') ? 'ignored' : 'told' };
      await sns.send(
        new PublishCommand({ TopicArn: process.env['TOPIC_ARN'], Message, MessageAttributes: { outcome } }),
      );
    }
  }
  return { batchItemFailures: [] };
}
