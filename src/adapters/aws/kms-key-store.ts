import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata } from '@aws-sdk/client-kms';
import type { KeyRef, KmsKey } from '../../model/kms-key.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { Call, KeyStore } from '../../ports.ts';
import type { WatchClients } from './watch-clients.ts';
import { toNamedObservation } from './translate-error.ts';

/** Keys of KMS, asked for in the Region in which they are used. */
export function createKmsKeyStore(clients: Pick<WatchClients, 'kms'>): KeyStore {
  return {
    async key({ id, region }, call) {
      try {
        const client = await clients.kms(region);
        const { KeyMetadata: metadata } = await client.send(new DescribeKeyCommand({ KeyId: id }), {
          abortSignal: call.signal,
        });
        if (metadata?.Arn === undefined) return { state: 'absent' };
        const key = toKey(metadata, metadata.Arn);
        return present({ ...key, policy: await policyOf(clients, { id: metadata.Arn, region }, call) });
      } catch (error) {
        return toNamedObservation(error, 'KeyStore.key');
      }
    },
  };
}

function toKey(metadata: KeyMetadata, arn: string): Omit<KmsKey, 'policy'> {
  const { AWSAccountId: account, KeyState: state, KeyManager: manager, DeletionDate: deletionAt } = metadata;
  return {
    arn,
    account: account ?? arn.split(':')[4] ?? '',
    state: state ?? 'unknown',
    manager: manager === 'AWS' ? 'aws' : 'customer',
    ...(deletionAt === undefined ? {} : { deletionAt }),
  };
}

/** Whoever may describe a key need not be allowed to read its policy. */
async function policyOf(
  clients: Pick<WatchClients, 'kms'>,
  { id, region }: KeyRef,
  { signal }: Call,
): Promise<Observation<string>> {
  try {
    const client = await clients.kms(region);
    const command = new GetKeyPolicyCommand({ KeyId: id, PolicyName: 'default' });
    const { Policy: policy } = await client.send(command, { abortSignal: signal });
    return policy === undefined ? { state: 'absent' } : present(policy);
  } catch (error) {
    return toNamedObservation(error, 'KeyStore.key');
  }
}
