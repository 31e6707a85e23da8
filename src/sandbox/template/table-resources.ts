import { physicalName, type Request, type ResourceKind } from './resource-kind.ts';
import { asRecord } from '../record.ts';

/** Go to `CreateTable` as they are. */
const TABLE_MEMBERS = [
  'AttributeDefinitions',
  'BillingMode',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
  'ProvisionedThroughput',
];

export const TABLE_RESOURCES: Readonly<Record<string, ResourceKind>> = {
  'AWS::DynamoDB::Table': {
    honoured: ['TableName', ...TABLE_MEMBERS],
    recorded: [
      'DeletionProtectionEnabled',
      'PointInTimeRecoverySpecification',
      'SSESpecification',
      'TableClass',
      'Tags',
      'TimeToLiveSpecification',
    ],
    async create(request) {
      const { site, stack, properties } = request;
      const TableName = physicalName(request, properties['TableName']);
      const given = TABLE_MEMBERS.filter((name) => properties[name] !== undefined);
      const members = Object.fromEntries(given.map((name) => [name, properties[name]]));
      await site.tables.call(stack.region, 'CreateTable', { TableName, ...members });
      await applyExtras(request, TableName);
      return {
        ref: TableName,
        attributes: { Arn: site.tables.arnOf(stack.region, TableName) },
        async remove() {
          await site.tables.call(stack.region, 'DeleteTable', { TableName });
        },
      };
    },
  },
};

async function applyExtras({ site, stack, properties }: Request, TableName: string): Promise<void> {
  const { TimeToLiveSpecification, PointInTimeRecoverySpecification } = properties;
  if (TimeToLiveSpecification !== undefined) {
    const specification = asRecord(TimeToLiveSpecification, 'TimeToLiveSpecification');
    await site.tables.call(stack.region, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: specification });
  }
  if (PointInTimeRecoverySpecification !== undefined) {
    const specification = asRecord(PointInTimeRecoverySpecification, 'PointInTimeRecoverySpecification');
    const input = { TableName, PointInTimeRecoverySpecification: specification };
    await site.tables.call(stack.region, 'UpdateContinuousBackups', input);
  }
}
