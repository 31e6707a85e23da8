import type { Logger } from '@aws-lambda-powertools/logger';
import { keepAlerts } from './act/keep-alerts.ts';
import { createDynamoDbAlertHistory } from './adapters/aws/dynamodb-alert-history.ts';
import { createDynamoDbStateBook } from './adapters/aws/dynamodb-alert-book.ts';
import { createDynamoDbCaseBook } from './adapters/aws/dynamodb-alert-cases.ts';
import { createDynamoDbAlertStates } from './adapters/aws/dynamodb-alert-states.ts';
import { createDynamoDbOutbox } from './adapters/aws/dynamodb-outbox.ts';
import type { Clients } from './adapters/aws/clients.ts';
import type { TableOptions } from './adapters/aws/dynamodb-table.ts';
import { createSnsPublisher } from './adapters/aws/sns-publisher.ts';
import { createAlertDesk } from './alert-desk.ts';
import type { DeliveryOptions, DeliveryPorts } from './alert-delivery.ts';
import type { Config } from './model/config.ts';
import { maintenanceMutes } from './policy/maintenance.ts';
import type { AlertSink } from './ports.ts';

type AlertClients = Pick<Clients, 'sns' | 'dynamodb'>;

export interface AlertParts {
  readonly topicArn: string;
  /** The Regional ledger. */
  readonly ledger: TableOptions;
  readonly config: Pick<Config, 'pairs' | 'alerts'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Where the functions of one Region report what they find: told at once where it can be, and by the sender of alerts otherwise. */
export function createDesk(clients: AlertClients, parts: AlertParts): AlertSink {
  return createAlertDesk(deliveryPorts(clients, parts), {
    ...deliveryOptions(parts),
    onDelay: (error) => parts.logger.warn('alert kept and not published yet', { error }),
  });
}

/** The ledger and the topic of one Region; what leaves is also kept in the history. */
export function deliveryPorts(clients: AlertClients, { topicArn, ledger, logger }: AlertParts): DeliveryPorts {
  return {
    states: createDynamoDbStateBook(clients, ledger),
    cases: createDynamoDbCaseBook(clients, ledger),
    outbox: createDynamoDbOutbox(clients, ledger),
    mutes: createDynamoDbAlertStates(clients, ledger),
    publisher: keepAlerts(
      createSnsPublisher(clients, { topicArn, region: ledger.region }),
      createDynamoDbAlertHistory(clients, ledger),
      (error) => logger.warn('alert published and not kept', { error }),
    ),
    clock: ledger.clock,
  };
}

export function deliveryOptions({ ledger: { table, region }, config }: AlertParts): DeliveryOptions {
  const stage = /^holdfast-(.+)-ledger$/.exec(table)?.[1];
  const { pairs } = config;
  return {
    sender: crypto.randomUUID(),
    windows: maintenanceMutes(config),
    place: { region, pairs, ...(stage === undefined ? {} : { stage }) },
  };
}
