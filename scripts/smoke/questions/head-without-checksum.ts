import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { putSmall } from '../put-object.ts';
import type { Answer, Question } from '../question.ts';
import type { Stage } from '../stage.ts';
import { awaitAnswer } from '../time.ts';

const KEY = 'kms';
const HEADS = 20;
const MINUTE_MS = 60_000;

export const headWithoutChecksum: Question = {
  id: 'head-without-checksum-kms',
  question: 'Does a HEAD of an SSE-KMS object that does not ask for checksums make a request of KMS?',
  how: `By ${HEADS} HEADs without, minutes later ${HEADS} with checksums, and the requests that CloudWatch counts for the key.`,
  needsKeys: true,
  ask,
};

interface Window {
  readonly from: Date;
  readonly until: Date;
}

async function ask(stage: Stage): Promise<Answer> {
  const { names, clients, source, keys, time } = stage;
  const bucket = names.plainBucket;
  const encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keys?.source, BucketKeyEnabled: false } as const;
  await putSmall(stage, { bucket, key: KEY }, encryption);
  const s3 = clients.s3(source);
  const heads = async (how: { readonly ChecksumMode?: 'ENABLED' }): Promise<Window> => {
    // CloudWatch counts by whole minutes: a free minute on both sides keeps the two counts apart.
    await time.pause(2 * MINUTE_MS);
    const from = time.now();
    for (let sent = 0; sent < HEADS; sent += 1)
      await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: KEY, ...how }));
    return { from, until: time.now() };
  };
  const windows = { without: await heads({}), with: await heads({ ChecksumMode: 'ENABLED' }) };
  await time.pause(2 * MINUTE_MS);
  // Only once the requests that are sure to come are counted does the absence of the others say something.
  const counted = await awaitAnswer(time, async () => {
    const sum = await decryptions(stage, windows.with);
    return sum > 0 ? sum : undefined;
  });
  if (counted === undefined) {
    return {
      state: 'unclear',
      reason: 'CloudWatch counted no request of the key, not even with checksums',
      evidence: { windows },
    };
  }
  const without = await decryptions(stage, windows.without);
  const answer = without === 0 ? 'no request' : without >= HEADS ? 'a request each' : `${without} requests`;
  return {
    state: 'answered',
    answer: `${answer} for ${HEADS} HEADs without checksums, ${counted} with`,
    evidence: { windows, decryptionsWithout: without, decryptionsWith: counted },
  };
}

/** Decryptions of the run's key in the minutes of a window. */
async function decryptions({ clients, source, keys }: Stage, { from, until }: Window): Promise<number> {
  const cloudwatch = await clients.cloudwatch(source);
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/KMS',
      MetricName: 'SuccessfulRequest',
      Dimensions: [
        { Name: 'KeyArn', Value: keys?.source },
        { Name: 'Operation', Value: 'Decrypt' },
      ],
      StartTime: startOfMinute(from),
      EndTime: startOfMinute(until, 1),
      Period: 60,
      Statistics: ['Sum'],
    }),
  );
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
}

function startOfMinute(date: Date, later = 0): Date {
  return new Date((Math.floor(date.getTime() / MINUTE_MS) + later) * MINUTE_MS);
}
