/** Where the show plays: a replicated pair in two Regions, watched by one stack in each. */
export const SOURCE = { bucket: 'orders-use1', region: 'us-east-1' } as const;
export const DESTINATION = { bucket: 'orders-euw1', region: 'eu-west-1' } as const;

/** A bucket and its Region. */
export type Place = typeof SOURCE | typeof DESTINATION;

export const STAGE = 'demo';

/** Everything under this prefix is replicated by the demo's rule. */
export const REPLICATED_PREFIX = 'in/';

/** Account of the embedded cloud. */
const ACCOUNT = '111122223333';
export const KMS_KEY: string = `arn:aws:kms:${SOURCE.region}:${ACCOUNT}:key/0a0a0a0a-1111-2222-3333-444455556666`;

/** The configuration that is packaged and deployed: everything is published, so that a subscriber can judge. */
export function demoConfig(): string {
  return `version: 1
pairs:
  orders:
    source: { bucket: ${SOURCE.bucket}, region: ${SOURCE.region}, account: '${ACCOUNT}', kmsKeys: ['${KMS_KEY}'] }
    destinations:
      - { bucket: ${DESTINATION.bucket}, region: ${DESTINATION.region}, account: '${ACCOUNT}' }
alerts:
  severity: info
`;
}
