import { type Clients, createClients } from '../../src/adapters/aws/clients.ts';
import { createS3ObjectStore } from '../../src/adapters/aws/s3-object-store.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import type { ObjectEvent } from '../../src/model/event.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import type { Call, Clock, ObjectStore } from '../../src/ports.ts';
import type { Cloud } from './contract.ts';

/** Holdfast's own clients find their server in the environment, as they do in a Lambda function. */
export function setEnvironment({ endpoint, credentials }: Pick<Cloud, 'endpoint' | 'credentials'>): void {
  process.env['AWS_ENDPOINT_URL'] = endpoint;
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
}

export interface OurAdapters {
  readonly clients: Clients;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly call: Call;
}

/** One attempt per request, so that a planted fault is seen and not tried again. */
export function createAdapters(): OurAdapters {
  const clients = createClients({ customEndpoint: true, maxAttempts: 1 });
  return {
    clients,
    objects: createS3ObjectStore(clients),
    clock: systemClock,
    call: { signal: AbortSignal.timeout(30_000) },
  };
}

/** What S3 would have said of the creation of an object. */
export function creationOf(object: ObjectRef): ObjectEvent {
  return { kind: 'created', name: 'ObjectCreated:Put', object, eventAt: new Date() };
}
