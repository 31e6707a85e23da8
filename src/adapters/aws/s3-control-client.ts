import { S3ControlClient, type S3ControlClientConfig } from '@aws-sdk/client-s3-control';

/**
 * A client that sends everything to a configured endpoint as it is. The SDK would put the account ID in front of its host, which
 * no name server knows and which leaves the endpoint; the account is in the header `x-amz-account-id` as well. Without an
 * endpoint the SDK's own rules apply.
 */
export function createS3ControlClient(config: S3ControlClientConfig): S3ControlClient {
  const client = new S3ControlClient(config);
  const byRules = client.config.endpointProvider;
  client.config.endpointProvider = (parameters, context) => {
    const { Endpoint: endpoint } = parameters;
    if (typeof endpoint !== 'string') return byRules(parameters, context);
    return { url: new URL(endpoint) };
  };
  return client;
}
