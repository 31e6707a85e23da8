import { setTimeout } from 'node:timers/promises';
import { findBucketRegion } from '../adapters/aws/bucket-region.ts';
import { createWatchClients, type WatchClients } from '../adapters/aws/watch-clients.ts';
import { createCloudWatchReplicationMeter } from '../adapters/aws/cloudwatch-replication-meter.ts';
import { createCloudWatchWriteMeter } from '../adapters/aws/cloudwatch-write-meter.ts';
import { createDynamoDbAlertHistory } from '../adapters/aws/dynamodb-alert-history.ts';
import { createDynamoDbAlertStates } from '../adapters/aws/dynamodb-alert-states.ts';
import { createDynamoDbAuditBook } from '../adapters/aws/dynamodb-audit-book.ts';
import { createDynamoDbHeartbeats } from '../adapters/aws/dynamodb-heartbeats.ts';
import { createDynamoDbLedger } from '../adapters/aws/dynamodb-ledger.ts';
import { createDynamoDbManifests } from '../adapters/aws/dynamodb-manifests.ts';
import { createDynamoDbPendingList } from '../adapters/aws/dynamodb-pending.ts';
import { createDynamoDbProbes } from '../adapters/aws/dynamodb-probes.ts';
import { createDynamoDbReadiness } from '../adapters/aws/dynamodb-readiness.ts';
import { createDynamoDbRouteFreezes } from '../adapters/aws/dynamodb-route-freezes.ts';
import { createDynamoDbRouteHistory } from '../adapters/aws/dynamodb-route-history.ts';
import { createDynamoDbSteering } from '../adapters/aws/dynamodb-steering.ts';
import { createEventBridgeRules } from '../adapters/aws/eventbridge-rules.ts';
import { createIamRolePermissions } from '../adapters/aws/iam-role-permissions.ts';
import { createKmsKeyStore } from '../adapters/aws/kms-key-store.ts';
import { createKmsUsageMeter } from '../adapters/aws/kms-usage.ts';
import { createMrapReader } from '../adapters/aws/mrap-reader.ts';
import { createS3BucketDocuments } from '../adapters/aws/s3-bucket-documents.ts';
import { createS3BucketStore } from '../adapters/aws/s3-bucket-store.ts';
import { createS3ChecksumJobs } from '../adapters/aws/s3-checksum-jobs.ts';
import { createS3ControlJobs } from '../adapters/aws/s3-control-jobs.ts';
import { createS3ControlRoutes } from '../adapters/aws/s3-control-routes.ts';
import { createS3Listings } from '../adapters/aws/s3-listings.ts';
import { createS3ObjectRestores } from '../adapters/aws/s3-object-restores.ts';
import { createS3ObjectStore } from '../adapters/aws/s3-object-store.ts';
import { createS3Prober } from '../adapters/aws/s3-prober.ts';
import { createS3ReportStore } from '../adapters/aws/s3-report-store.ts';
import { createS3VersionLister } from '../adapters/aws/s3-version-lister.ts';
import { createSnsTopics } from '../adapters/aws/sns-topics.ts';
import { createSqsLaneMeter } from '../adapters/aws/sqs-lane-meter.ts';
import { createSqsSetAside } from '../adapters/aws/sqs-set-aside.ts';
import { createSqsStacks } from '../adapters/aws/sqs-stacks.ts';
import { createStatesAuditStarter } from '../adapters/aws/states-audit-starter.ts';
import { systemClock } from '../adapters/aws/system-clock.ts';
import { parseConfig } from '../config-schema.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../model/config.ts';
import type { Clock } from '../ports.ts';
import type { Io } from './io.ts';
import type { Place, Services, StackServices } from './services.ts';

/** Requests of one object that can be in flight at once: parts are asked for in groups. */
const SOCKETS_PER_OBJECT = 16;

/** More than in a function: a person has no redelivery above it. */
const MAX_ATTEMPTS = 5;

/** What probes of this machine are left by: no Region. */
const HERE = 'this machine';

/** Real buckets: of AWS, of the sandbox, or of any server that speaks S3. */
export function connect(place: Place, io: Pick<Io, 'env'>): Services {
  const { env } = io;
  const endpoint = place.endpoint ?? env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'] ?? '';
  const environment = place.config === undefined ? env : { ...env, HOLDFAST_CONFIG: place.config };
  const config = loadConfig({ environment, parse: parseConfig });
  const startRegion = place.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const settings = {
    customEndpoint: endpoint !== '',
    maxAttempts: MAX_ATTEMPTS,
    maxSockets: Math.max(SOCKETS_PER_OBJECT, 2 * place.concurrency),
    ...(endpoint === '' ? {} : { endpoint }),
    ...(place.profile === undefined ? {} : { profile: place.profile }),
  };
  const clients = createWatchClients(settings);
  const clock = clockAhead(place.aheadMs);
  return {
    objects: createS3ObjectStore(clients),
    versions: createS3VersionLister(clients, { onlyCurrent: place.onlyCurrent }),
    listings: createS3Listings(clients, { maxSockets: settings.maxSockets, now: () => systemClock.now() }),
    clock,
    config,
    buckets: createS3BucketStore(clients, { clock }),
    documents: createS3BucketDocuments(clients),
    rules: createEventBridgeRules(settings),
    roles: createIamRolePermissions(clients),
    keys: createKmsKeyStore(clients),
    usage: createKmsUsageMeter(clients, { clock }),
    writes: createCloudWatchWriteMeter(clients),
    jobs: createS3ControlJobs(clients),
    checksums: createS3ChecksumJobs(clients),
    restores: createS3ObjectRestores(clients),
    auditStarter: createStatesAuditStarter(clients, {
      ...(endpoint === '' ? {} : { endpoint }),
      now: () => systemClock.now(),
    }),
    routes: createS3ControlRoutes(clients, clock),
    through: createMrapReader(clients, startRegion),
    prober: createS3Prober(createWatchClients({ ...settings, maxAttempts: 1 }), { observer: HERE, clock }),
    reportsIn: (bucket) => createS3ReportStore(clients, bucket),
    stack: (stage) =>
      createStackServices(clients, { stage, steeringRegion: config.steeringRegion ?? startRegion, clock }),
    regionOf: async (bucket, { signal }) =>
      place.region ?? configuredRegion(config, bucket) ?? findBucketRegion(clients, { bucket, startRegion, signal }),
    wait: async (ms, signal) => {
      await setTimeout(ms, undefined, { signal });
    },
  };
}

/** Tables and metrics have the names that infra/ gives them. */
function createStackServices(
  clients: WatchClients,
  { stage, steeringRegion, clock }: { readonly stage: string; readonly steeringRegion: string; readonly clock: Clock },
): StackServices {
  const ledgerOf = (region: string) => ({ table: `holdfast-${stage}-ledger`, region, clock });
  const steering = { table: `holdfast-${stage}-steering`, region: steeringRegion, clock };
  return {
    stacks: createSqsStacks(clients, { stage }),
    setAside: createSqsSetAside(clients, { stage }),
    steering: createDynamoDbSteering(clients, steering),
    heartbeats: createDynamoDbHeartbeats(clients, steering),
    lanes: createSqsLaneMeter(clients, { stage }),
    alertsIn: (region) => createDynamoDbAlertHistory(clients, ledgerOf(region)),
    topics: createSnsTopics(clients, { stage }),
    statesIn: (region) => createDynamoDbAlertStates(clients, ledgerOf(region)),
    routing: {
      probes: createDynamoDbProbes(clients, steering),
      history: createDynamoDbRouteHistory(clients, steering),
      readiness: createDynamoDbReadiness(clients, steering),
      freezes: createDynamoDbRouteFreezes(clients, steering),
      manifests: createDynamoDbManifests(clients, steering),
    },
    meter: createCloudWatchReplicationMeter(clients, { service: `holdfast-${stage}` }),
    auditsIn: (region) => createDynamoDbAuditBook(clients, ledgerOf(region)),
    baselinesIn: (region) => createDynamoDbLedger(clients, ledgerOf(region)),
    pendingIn: (region) => createDynamoDbPendingList(clients, ledgerOf(region)),
  };
}

/** The clock of a sandbox can be ahead of that of this machine, and never behind. */
function clockAhead(aheadMs: Place['aheadMs']): Clock {
  return aheadMs === undefined ? systemClock : { now: () => new Date(systemClock.now().getTime() + aheadMs()) };
}

function configuredRegion({ pairs }: Config, bucket: string): string | undefined {
  const buckets = pairs.flatMap(({ source, destinations }) => [source, ...destinations]);
  return buckets.find((known) => known.bucket === bucket)?.region;
}
