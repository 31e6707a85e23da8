import { physicalName, type ResourceKind } from './resource-kind.ts';

/** Types that are accepted and do nothing: their whole effect lies outside of what the sandbox has. */
export const RECORDED_RESOURCES: Readonly<Record<string, ResourceKind>> = {
  'AWS::Logs::LogGroup': {
    honoured: [],
    recorded: ['KmsKeyId', 'LogGroupClass', 'LogGroupName', 'RetentionInDays', 'Tags'],
    create(request) {
      const name = physicalName(request, request.properties['LogGroupName']);
      const { platform } = request.site;
      return {
        ref: name,
        attributes: { Arn: `arn:aws:logs:${request.stack.region}:${platform.account}:log-group:${name}:*` },
      };
    },
  },
  'AWS::CloudWatch::Alarm': {
    honoured: [],
    recorded: [
      'ActionsEnabled',
      'AlarmActions',
      'AlarmDescription',
      'AlarmName',
      'ComparisonOperator',
      'DatapointsToAlarm',
      'Dimensions',
      'EvaluationPeriods',
      'ExtendedStatistic',
      'InsufficientDataActions',
      'MetricName',
      'Metrics',
      'Namespace',
      'OKActions',
      'Period',
      'Statistic',
      'Tags',
      'Threshold',
      'TreatMissingData',
      'Unit',
    ],
    create(request) {
      const name = physicalName(request, request.properties['AlarmName']);
      const { platform } = request.site;
      return {
        ref: name,
        attributes: { Arn: `arn:aws:cloudwatch:${request.stack.region}:${platform.account}:alarm:${name}` },
      };
    },
  },
  'AWS::CloudWatch::Dashboard': {
    honoured: [],
    recorded: ['DashboardBody', 'DashboardName'],
    create: (request) => ({ ref: physicalName(request, request.properties['DashboardName']) }),
  },
};
