import type { Cloud } from '../src/sandbox/cloud.ts';
import { SOURCE } from './places.ts';

/** With these variables aws, boto3, any SDK and `holdfast` itself talk to the embedded cloud. */
export function environmentOf({
  url,
  credentials,
}: Pick<Cloud, 'url' | 'credentials'>): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: SOURCE.region,
    AWS_DEFAULT_REGION: SOURCE.region, // what aws and boto3 read
  };
}
