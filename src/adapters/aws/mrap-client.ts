import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/**
 * A client for objects behind Multi-Region Access Points. With an ARN as the bucket the SDK signs for every Region and ignores a
 * configured endpoint; here the request goes to that endpoint, and the access point is in its Host header, as on AWS.
 */
export async function createMrapClient(config: S3ClientConfig): Promise<S3Client> {
  // Importing it registers the signature, without which the SDK refuses before it sends.
  await import('@aws-sdk/signature-v4a');
  const client = new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' });
  const byRules = client.config.endpointProvider;
  client.config.endpointProvider = (parameters, context) => {
    const { Endpoint: endpoint, ...rest } = parameters;
    const resolved = byRules(rest, context);
    if (typeof endpoint !== 'string') return resolved;
    return { ...resolved, url: new URL(endpoint), headers: { ...resolved.headers, host: [resolved.url.host] } };
  };
  return client;
}
