import { GetBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import type { Endpoint } from './sdk-clients.ts';

interface Answer {
  body?: unknown;
}

/** The notification configuration of a bucket in the very bytes that the server sends. */
export async function rawNotifications(
  endpoint: Endpoint,
  { bucket, region }: { readonly bucket: string; readonly region: string },
): Promise<string> {
  const client = new S3Client({ region, ...endpoint, forcePathStyle: true, maxAttempts: 1 });
  let text = '';
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as Answer;
      const chunks: Uint8Array[] = [];
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
      text = Buffer.concat(chunks).toString('utf8');
      response.body = Buffer.from(text);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  try {
    await client.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
    return text;
  } finally {
    client.destroy();
  }
}
