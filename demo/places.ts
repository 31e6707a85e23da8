/** Where the show plays: a replicated pair in two Regions, watched by one stack in each. */
export const SOURCE = { bucket: 'orders-use1', region: 'us-east-1' } as const;
export const DESTINATION = { bucket: 'orders-euw1', region: 'eu-west-1' } as const;
export const STAGE = 'demo';

/** The configuration that is packaged and deployed: everything is published, so that a subscriber can judge. */
export function demoConfig(account: string, kmsKey: string): string {
  return `version: 1
pairs:
  orders:
    source: { bucket: ${SOURCE.bucket}, region: ${SOURCE.region}, account: '${account}', kmsKeys: ['${kmsKey}'] }
    destinations:
      - { bucket: ${DESTINATION.bucket}, region: ${DESTINATION.region}, account: '${account}' }
alerts:
  severity: info
`;
}
