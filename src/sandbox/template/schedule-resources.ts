import { readSchedule } from '../../model/schedule.ts';
import { wallClock } from '../../model/wall-clock.ts';
import { asRecord } from '../record.ts';
import { physicalName, textProperty, type Created, type Request, type ResourceKind } from './resource-kind.ts';

const SCHEDULER = 'scheduler.amazonaws.com';

export const SCHEDULE_RESOURCES: Readonly<Record<string, ResourceKind>> = {
  'AWS::Scheduler::Schedule': {
    honoured: [
      'FlexibleTimeWindow',
      'GroupName',
      'Name',
      'ScheduleExpression',
      'ScheduleExpressionTimezone',
      'State',
      'Target',
    ],
    recorded: ['Description'],
    create: createSchedule,
  },
  'AWS::Scheduler::ScheduleGroup': {
    honoured: ['Name'],
    recorded: ['Tags'],
    create(request) {
      const name = physicalName(request, request.properties['Name']);
      const { region } = request.stack;
      return {
        ref: name,
        attributes: { Arn: `arn:aws:scheduler:${region}:${request.site.platform.account}:schedule-group/${name}` },
      };
    },
  },
};

interface Target {
  readonly roleArn: string;
  /** What the role must be allowed, and of what. */
  readonly action: string;
  readonly resource: string;
  /** Resolves when what was started has ended. */
  start(): Promise<void>;
}

function createSchedule(request: Request): Created {
  const { site, stack, properties, logicalId } = request;
  const name = physicalName(request, properties['Name']);
  const expression = textProperty(request, 'ScheduleExpression');
  const { Mode } = asRecord(properties['FlexibleTimeWindow'], `${logicalId}: FlexibleTimeWindow`);
  if (Mode !== 'OFF') throw new Error(`${logicalId}: the sandbox knows no flexible time window`);
  const zone = properties['ScheduleExpressionTimezone'] ?? 'UTC';
  if (typeof zone !== 'string') throw new Error(`${logicalId}: ${JSON.stringify(zone)} is no time zone`);
  wallClock(zone); // throws where there is no such time zone
  const schedule = readSchedule(expression, zone);
  if (schedule === undefined) throw new Error(`${logicalId}: the sandbox does not know the schedule ${expression}`);
  const state = properties['State'] ?? 'ENABLED';
  if (state !== 'ENABLED' && state !== 'DISABLED')
    throw new Error(`${logicalId}: unknown state ${JSON.stringify(state)}`);
  const group = properties['GroupName'] === undefined ? 'default' : textProperty(request, 'GroupName');
  const arn = `arn:aws:scheduler:${stack.region}:${site.platform.account}:schedule/${group}/${name}`;
  const target = parseTarget(request);
  expectTrust(request, arn, target);
  const created: Created = { ref: name, attributes: { Arn: arn } };
  if (state === 'DISABLED') return created;
  const remove = site.schedules.start({
    name,
    region: stack.region,
    expression,
    schedule,
    async fire() {
      expectTrust(request, arn, target);
      await target.start();
    },
  });
  return { ...created, remove };
}

function parseTarget({ site, stack, properties, logicalId }: Request): Target {
  // Starting a function hardly fails, so what is retried, and where it goes in the end, has nothing to act on.
  const {
    Arn,
    RoleArn,
    Input = '{}',
    RetryPolicy: _retries,
    DeadLetterConfig: _deadLetters,
    ...others
  } = asRecord(properties['Target'], `${logicalId}: Target`);
  if (Object.keys(others).length > 0)
    throw new Error(`${logicalId}: the sandbox does not know ${Object.keys(others).join(', ')} of a target`);
  const [resource, roleArn, input] = [String(Arn), String(RoleArn), String(Input)];
  const host = site.functions.find(resource, stack.region);
  if (host !== undefined) {
    const event: unknown = JSON.parse(input);
    const start = (): Promise<void> => site.functions.callLater(host, event);
    return { roleArn, action: 'lambda:InvokeFunction', resource: host.settings.arn, start };
  }
  if (site.machines.find(resource) === undefined)
    throw new Error(`${logicalId}: the sandbox starts functions and state machines, and ${resource} is none`);
  JSON.parse(input);
  // Whoever starts a machine does not wait for it.
  const start = async (): Promise<void> => void site.machines.start(resource, { input });
  return { roleArn, action: 'states:StartExecution', resource, start };
}

/** What the scheduler needs each time: a role that trusts it and may start the target. */
function expectTrust({ site, stack }: Request, sourceArn: string, { roleArn, action, resource }: Target): void {
  const { account, roles } = site.platform;
  if (!roles.mayAssume(roleArn, SCHEDULER, { 'aws:SourceAccount': account, 'aws:SourceArn': sourceArn }))
    throw new Error(`the role ${roleArn} does not let ${SCHEDULER} assume it`);
  if (roles.decide(roleArn, { region: stack.region, action, resource }) !== 'allow')
    throw new Error(`the role ${roleArn} lacks ${action} on ${resource}`);
}
