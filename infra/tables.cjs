/**
 * What the monitor remembers: in every Region a ledger, and in one Region the steering ledger, which has to be known when
 * another Region is gone. The names are fixed, so that people and the stacks of other Regions find them. Encrypted at rest with
 * the key that DynamoDB owns, its default: a throttled KMS key must not stop them. Retained with the stack: baselines cannot be
 * made again, so a stack that comes back has to import its tables.
 */
const describeRegion = require('./region.cjs');

const table = (TableName) => ({
  Type: 'AWS::DynamoDB::Table',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: false }, // false means: DynamoDB's own key, not none
  },
});

module.exports = async ({ resolveVariable }) => {
  const { region, stage, steeringRegion } = await describeRegion(resolveVariable);
  return {
    Resources: {
      Ledger: table(`holdfast-${stage}-ledger`),
      ...(region === steeringRegion ? { SteeringLedger: table(`holdfast-${stage}-steering`) } : {}),
    },
  };
};
