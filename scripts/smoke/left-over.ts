import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { SmokeClients } from './clients.ts';
import { unlessGone } from './is-gone.ts';
import { namesOf, type RunPlaces } from './names.ts';
import { awaitAnswer, type RunTime } from './time.ts';

export interface RunTraces extends RunPlaces {
  readonly clients: SmokeClients;
  readonly time: RunTime;
}

/** How long something may still be seen that was deleted: SQS says a minute. */
const FADES_MS = 60_000;

/** What there still is of a run: asked of every service anew, whatever the clean-up believes to have done. */
export async function leftOver({ clients, time, ...places }: RunTraces): Promise<readonly string[]> {
  const { source, destination } = places;
  const names = namesOf(places);
  const left: string[] = [];
  const look = async (what: string, find: () => Promise<unknown>): Promise<void> => {
    try {
      const gone = await awaitAnswer({ ...time, patienceMs: FADES_MS }, async () =>
        (await unlessGone(find)) === undefined ? true : undefined,
      );
      if (gone === undefined) left.push(what);
    } catch (error) {
      left.push(`${what}, or so it must be assumed: ${error instanceof Error ? error.name : String(error)}`);
    }
  };
  for (const { name, region } of names.buckets) {
    await look(`bucket ${name}`, () => clients.s3(region).send(new HeadBucketCommand({ Bucket: name })));
  }
  for (const { name, region } of names.queues) {
    const command = new GetQueueUrlCommand({ QueueName: name });
    await look(`queue ${name} in ${region}`, () => clients.sqs(region).send(command));
  }
  await look(`rule ${names.rule}`, () =>
    clients.eventbridge(source).send(new DescribeRuleCommand({ Name: names.rule })),
  );
  await look(`role ${names.role}`, async () =>
    (await clients.iam(source)).send(new GetRoleCommand({ RoleName: names.role })),
  );
  for (const region of [source, destination]) {
    const alias = new DescribeKeyCommand({ KeyId: names.keyAlias });
    await look(`key ${names.keyAlias} in ${region}`, async () => (await clients.kms(region)).send(alias));
  }
  return left;
}
