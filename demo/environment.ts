import type { Cloud } from '../src/sandbox/cloud.ts';
import { SOURCE } from './places.ts';

/** Lines for a shell: with them aws, rclone, boto3, any SDK and `holdfast` itself talk to the embedded cloud. */
export function environmentLines({ url, credentials }: Pick<Cloud, 'url' | 'credentials'>): readonly string[] {
  return [
    `export AWS_ENDPOINT_URL=${url}`,
    `export AWS_ACCESS_KEY_ID=${credentials.accessKeyId}`,
    `export AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`,
    `export AWS_REGION=${SOURCE.region}`,
  ];
}
