/** The records of a notification as the tests look at them; none in a test event. */
export interface EventRecord {
  readonly eventName: string;
  readonly userIdentity: { readonly principalId: string };
  readonly s3: {
    readonly bucket: { readonly name: string };
    readonly object: {
      readonly key: string;
      readonly size?: number;
      readonly eTag?: string;
      readonly versionId?: string;
      readonly sequencer?: string;
    };
  };
  readonly replicationEventData?: Readonly<Record<string, string>>;
}

export function parseNotification(body: string): readonly EventRecord[] {
  const { Records = [] } = JSON.parse(body) as { readonly Records?: readonly EventRecord[] };
  return Records;
}
