export interface AccessLine {
  readonly bucket?: string;
  readonly time?: string;
  readonly requester?: string;
  readonly operation?: string;
  /** The key as the log has it. */
  readonly field?: string;
  readonly uri?: string;
  readonly status?: string;
  readonly error?: string;
  readonly userAgent?: string;
  readonly accessPoint?: string;
  /** After the access point. */
  readonly rest?: string;
}

/** A line of a server access log as S3 writes it. */
export function accessLine({
  bucket = 'orders-use1',
  time = '02/Nov/2026:08:15:30 +0000',
  requester = 'arn:aws:sts::111122223333:assumed-role/ingest/s',
  operation = 'REST.GET.OBJECT',
  field = 'a',
  uri = `GET /${field} HTTP/1.1`,
  status = '200',
  error = '-',
  userAgent = 'aws-sdk-js/3.1169.0',
  accessPoint = '-',
  rest = ' -',
}: AccessLine): string {
  return (
    `79a547ef2be ${bucket} [${time}] 203.0.113.17 ${requester} 8F1D0E5A7B3C9A42 ${operation} ${field} "${uri}" ` +
    `${status} ${error} 312 1048576 38 - "-" "${userAgent}" x3Jt9QmV7f hostid= SigV4 TLS_AES_128_GCM_SHA256 AuthHeader ` +
    `${bucket}.s3.us-east-1.amazonaws.com TLSv1.3 ${accessPoint}${rest}`
  );
}

/** A record of CloudTrail about an object. */
export function trailRecord(changes: Readonly<Record<string, unknown>> = {}): object {
  return {
    eventVersion: '1.11',
    eventTime: '2026-11-02T08:15:30Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'DeleteObject',
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.17',
    userAgent: 'aws-cli/2',
    requestID: 'R1',
    userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/clean-up/s' },
    requestParameters: { bucketName: 'orders-use1', key: 'a b', versionId: 'v1' },
    eventCategory: 'Data',
    ...changes,
  };
}
