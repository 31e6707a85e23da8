import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { inRounds } from './act/in-rounds.ts';
import { createClients } from './adapters/aws/clients.ts';
import { createDynamoDbHeartbeats } from './adapters/aws/dynamodb-heartbeats.ts';
import { createDynamoDbManifests } from './adapters/aws/dynamodb-manifests.ts';
import { createDynamoDbNotes } from './adapters/aws/dynamodb-notes.ts';
import { createDynamoDbPendingList } from './adapters/aws/dynamodb-pending.ts';
import { createDynamoDbProbes } from './adapters/aws/dynamodb-probes.ts';
import { createDynamoDbReadiness } from './adapters/aws/dynamodb-readiness.ts';
import { createDynamoDbRouteFreezes } from './adapters/aws/dynamodb-route-freezes.ts';
import { createDynamoDbRouteHistory } from './adapters/aws/dynamodb-route-history.ts';
import { createDynamoDbSteering } from './adapters/aws/dynamodb-steering.ts';
import { createMrapReader } from './adapters/aws/mrap-reader.ts';
import { createS3ControlRoutes } from './adapters/aws/s3-control-routes.ts';
import { createS3ObjectStore } from './adapters/aws/s3-object-store.ts';
import { createS3Prober } from './adapters/aws/s3-prober.ts';
import { createS3VersionLister } from './adapters/aws/s3-version-lister.ts';
import { systemClock, systemPause } from './adapters/aws/system-clock.ts';
import { createWatchClients } from './adapters/aws/watch-clients.ts';
import { toBudget } from './compose.ts';
import { createDesk } from './compose-alerts.ts';
import type { WatchHandler } from './compose-watch.ts';
import { loadConfig, loadHandlerEnvironment } from './config.ts';
import { bucketRegions } from './model/config.ts';
import { PROBE_EVERY_MS } from './model/probe-canary.ts';
import { probe } from './probe.ts';
import { createSteering } from './steer.ts';
import type { Steered } from './steer-mrap.ts';
import { watchHeartbeats } from './watch-heartbeats.ts';

/** Rounds of one invocation: the clock starts one every minute. */
const ROUNDS = 6;

/** The observer: looks at the buckets behind access points. Throws `invalid-config` with every problem at once. */
export function createProbeHandler(): WatchHandler {
  const environment = loadHandlerEnvironment(['STEERING_TABLE', 'STEERING_REGION']);
  const config = loadConfig();
  const { region, customEndpoint } = environment;
  const logger = new Logger();
  const clients = createClients({ customEndpoint });
  const once = createClients({ customEndpoint, maxAttempts: 1 }); // what needs a second attempt is what is looked for
  const clock = systemClock;
  const steering = { table: environment.STEERING_TABLE, region: environment.STEERING_REGION, clock };
  const ports = {
    region,
    prober: createS3Prober(once, { observer: region, clock }),
    probes: createDynamoDbProbes(clients, steering),
  };
  return async (event, context) => {
    logger.addContext(context);
    const look = async (call: Parameters<typeof probe>[2]): Promise<void> => {
      const seen = await probe(ports, config, call);
      const bad = seen.filter(({ plain, kms = 'answered' }) => plain !== 'answered' || kms !== 'answered');
      if (bad.length > 0) logger.warn('not answered', { probes: bad });
    };
    await everyTenSeconds(look, event, context);
  };
}

/** The controller: decides about routes, and changes them where it may. Throws `invalid-config` with every problem at once. */
export function createSteerHandler(): WatchHandler {
  const environment = loadHandlerEnvironment(['ALERT_TOPIC_ARN', 'LEDGER_TABLE', 'STEERING_TABLE', 'STEERING_REGION']);
  const config = loadConfig();
  const { region, customEndpoint, LEDGER_TABLE: table } = environment;
  const logger = new Logger();
  const clients = createWatchClients({ customEndpoint });
  const once = createClients({ customEndpoint, maxAttempts: 1 });
  const clock = systemClock;
  const ledger = { table, region, clock };
  const steering = { table: environment.STEERING_TABLE, region: environment.STEERING_REGION, clock };
  const ports = {
    region,
    clock,
    notes: createDynamoDbNotes(clients, ledger),
    alerts: createDesk(clients, { topicArn: environment.ALERT_TOPIC_ARN, ledger, config, logger }),
    probes: createDynamoDbProbes(clients, steering),
    steering: createDynamoDbSteering(clients, steering),
    history: createDynamoDbRouteHistory(clients, steering),
    readiness: createDynamoDbReadiness(clients, steering),
    freezes: createDynamoDbRouteFreezes(clients, steering),
    manifests: createDynamoDbManifests(clients, steering),
    heartbeats: createDynamoDbHeartbeats(clients, steering),
    // The ledgers of all Regions have one name.
    pendingIn: (there: string) => createDynamoDbPendingList(clients, { ...ledger, region: there }),
    routes: createS3ControlRoutes(clients, clock),
    reader: createMrapReader(clients, region),
    prober: createS3Prober(once, { observer: region, clock }),
    objects: createS3ObjectStore(clients),
    versions: createS3VersionLister(clients),
  };
  const controllers = createSteering(ports, config);
  const isAlone = !bucketRegions(config).includes(region); // elsewhere another function watches the other stacks
  return async (event, context) => {
    logger.addContext(context);
    if (isAlone) {
      await watchHeartbeats(ports, config, toBudget(context.getRemainingTimeInMillis())).catch((error: unknown) =>
        logger.warn('the other stacks are not watched', { error }),
      );
    }
    const steer = async (call: Parameters<typeof controllers.round>[0]): Promise<void> => {
      for (const each of await controllers.round(call)) log(logger, each);
    };
    await everyTenSeconds(steer, event, context);
  };
}

function log(logger: Logger, { mrap, decision, change, trouble }: Steered): void {
  if (trouble !== undefined) logger.warn('the steering ledger does not answer', { mrap, error: trouble });
  if (change !== undefined) logger.info('changes routes', { mrap, change });
  if (decision.action === 'stay') return;
  const { action, away, to, reasons } = decision;
  logger.warn('decided', { mrap, action, away, to, reasons });
}

/** An event may ask for fewer rounds, where a person starts one by hand. */
async function everyTenSeconds(round: Parameters<typeof inRounds>[0], event: unknown, context: Context): Promise<void> {
  const call = toBudget(context.getRemainingTimeInMillis());
  const isObject = typeof event === 'object' && event !== null && 'rounds' in event;
  const rounds = isObject && typeof event.rounds === 'number' ? event.rounds : ROUNDS;
  await inRounds(round, { clock: systemClock, pause: systemPause, everyMs: PROBE_EVERY_MS, rounds, call });
}
