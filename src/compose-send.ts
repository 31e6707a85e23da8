import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { createClients } from './adapters/aws/clients.ts';
import { createDynamoDbNotes } from './adapters/aws/dynamodb-notes.ts';
import { systemClock } from './adapters/aws/system-clock.ts';
import { toBudget } from './compose.ts';
import { deliveryOptions, deliveryPorts } from './compose-alerts.ts';
import type { WatchHandler } from './compose-watch.ts';
import { loadConfig, loadHandlerEnvironment } from './config.ts';
import { METRICS } from './model/metric.ts';
import { sendAlerts } from './send-alerts.ts';

/** The sender of what could not leave at once, and of what falls due. Throws `invalid-config` with every problem at once. */
export function createSendAlertsHandler(): WatchHandler {
  const environment = loadHandlerEnvironment(['ALERT_TOPIC_ARN', 'LEDGER_TABLE']);
  const config = loadConfig();
  const { region } = environment;
  const logger = new Logger();
  const metrics = new Metrics();
  const clients = createClients({ customEndpoint: environment.customEndpoint });
  const ledger = { table: environment.LEDGER_TABLE, region, clock: systemClock };
  const parts = { topicArn: environment.ALERT_TOPIC_ARN, ledger, config, logger };
  const ports = { ...deliveryPorts(clients, parts), notes: createDynamoDbNotes(clients, ledger), region };
  const options = deliveryOptions(parts);
  return async (_, context) => {
    logger.addContext(context);
    const { signal } = toBudget(context.getRemainingTimeInMillis());
    const { due, errors, oldestUndeliveredMs } = await sendAlerts(ports, { ...options, signal });
    metrics.addMetric('OldestUndelivered', METRICS.OldestUndelivered.unit, Math.round(oldestUndeliveredMs / 1_000));
    metrics.publishStoredMetrics();
    if (due > 0) logger.info('swept', { due, failed: errors.length });
    for (const error of errors) logger.error('a notice could not be sent', { error });
    if (errors.length > 0) throw errors[0];
  };
}
