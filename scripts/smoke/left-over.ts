import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { SmokeClients } from './clients.ts';
import { isGone, unlessGone } from './is-gone.ts';
import { namesOf, type Place, type RunPlaces } from './names.ts';
import { awaitAnswer, type RunTime } from './time.ts';

export interface RunTraces extends RunPlaces {
  readonly clients: SmokeClients;
  readonly time: RunTime;
}

/** How long a queue still answers after it was deleted, by AWS's own word. */
const QUEUE_FADES_MS = 60_000;

/** What there still is of a run: asked of every service anew, whatever the clean-up believes to have done. */
export async function leftOver({ clients, time, ...places }: RunTraces): Promise<readonly string[]> {
  const { source, destination } = places;
  const names = namesOf(places);
  const left: string[] = [];
  const look = async (what: string, find: () => Promise<unknown>): Promise<void> => {
    try {
      if ((await unlessGone(find)) !== undefined) left.push(what);
    } catch (error) {
      left.push(`${what}, or so it must be assumed: ${error instanceof Error ? error.name : String(error)}`);
    }
  };
  for (const { name, region } of names.buckets) {
    await look(`bucket ${name}`, () => clients.s3(region).send(new HeadBucketCommand({ Bucket: name })));
  }
  for (const place of names.queues) await look(`queue ${place.name} in ${place.region}`, () => findQueue(place));
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

  async function findQueue({ name, region }: Place): Promise<true | undefined> {
    const isThere = async (): Promise<true> => {
      await clients.sqs(region).send(new GetQueueUrlCommand({ QueueName: name }));
      return true;
    };
    const gone = await awaitAnswer({ ...time, patienceMs: QUEUE_FADES_MS }, async () => {
      try {
        await isThere();
        return undefined;
      } catch (error) {
        if (isGone(error)) return true;
        throw error;
      }
    });
    return gone === undefined ? true : undefined;
  }
}
