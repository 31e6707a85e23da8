/** What runs by the clock. The scheduler has a role of its own that may do nothing but start these functions. */
const { getAtt, sub } = require('./arns.cjs');
const describeFunctions = require('./functions.cjs');
const describeRegion = require('./region.cjs');

/** By logical id of the function, how often. */
const SCHEDULES = {
  SendDashalertsLambdaFunction: { name: 'SendAlertsSchedule', rate: 'rate(1 minute)' },
  WatchDashpressureLambdaFunction: { name: 'WatchPressureSchedule', rate: 'rate(1 minute)' },
  WatchDashconfigLambdaFunction: { name: 'WatchConfigSchedule', rate: 'rate(15 minutes)' },
  ProbeLambdaFunction: { name: 'ProbeSchedule', rate: 'rate(1 minute)' },
  SteerLambdaFunction: { name: 'SteerSchedule', rate: 'rate(1 minute)' },
  WatchDasheventsLambdaFunction: { name: 'WatchEventsSchedule', rate: 'rate(1 hour)' },
};

function schedule(functionId, rate) {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      GroupName: { Ref: 'ScheduleGroup' },
      ScheduleExpression: rate,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: getAtt(functionId, 'Arn'),
        RoleArn: getAtt('SchedulerRole', 'Arn'),
        Input: '{}',
        // The next run does the same work: a late one is worth nothing.
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
      },
    },
  };
}

module.exports = async ({ resolveVariable, resolveConfigurationProperty }) => {
  const { stage } = await describeRegion(resolveVariable);
  const functions = await describeFunctions(resolveConfigurationProperty);
  const started = functions.map(({ logicalId }) => logicalId).filter((id) => id in SCHEDULES);
  const Resources = {
    // A group of their own: the scheduler counts its failures by group, and those of other people are none of ours.
    ScheduleGroup: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: `holdfast-${stage}` } },
    SchedulerRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: sub(`holdfast-${stage}-scheduler-\${AWS::Region}`),
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'scheduler.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Sid: 'StartWatchers',
                  Effect: 'Allow',
                  Action: 'lambda:InvokeFunction',
                  Resource: started.map((id) => getAtt(id, 'Arn')),
                },
              ],
            },
          },
        ],
      },
    },
  };
  for (const functionId of started) {
    const { name, rate } = SCHEDULES[functionId];
    Resources[name] = schedule(functionId, rate);
  }
  return { Resources };
};

module.exports.SCHEDULES = SCHEDULES;
