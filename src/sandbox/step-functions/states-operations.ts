import { AwsError } from '../aws-error.ts';
import type { AccessControl } from '../iam/access.ts';
import { integer, optionalText, text } from '../json-protocol.ts';
import type { JsonCall, JsonOperation } from '../json-service.ts';
import { describeExecution, summaryOf } from './describe-execution.ts';
import type { MachineRegister } from './machine-register.ts';
import type { StateMachine } from './run.ts';

export interface StatesSite {
  readonly machines: Pick<MachineRegister, 'find' | 'start' | 'executions'>;
  readonly access: Pick<AccessControl, 'require'>;
}

const NAME = /^[\w-]{1,80}$/;
const PAGE = { initial: 100, greatest: 1000 };

/** The API of Step Functions, of which machines are made by templates only. */
export function createStatesOperations({ machines, access }: StatesSite): Readonly<Record<string, JsonOperation>> {
  function machineOf({ principal, region, input }: JsonCall, action: string): StateMachine {
    const arn = text(input, 'stateMachineArn');
    access.require({ principal, region, action, resource: arn });
    const machine = machines.find(arn);
    if (machine?.region === region) return machine;
    throw new AwsError('StateMachineDoesNotExist', 400, `State Machine Does Not Exist: '${arn}'`);
  }

  return {
    StartExecution: {
      members: ['stateMachineArn', 'name', 'input'],
      run(call) {
        const { arn } = machineOf(call, 'states:StartExecution');
        const name = optionalText(call.input, 'name');
        const input = optionalText(call.input, 'input') ?? '{}';
        if (name !== undefined && !NAME.test(name)) throw new AwsError('InvalidName', 400, `Invalid Name: '${name}'`);
        if (!isJson(input)) throw new AwsError('InvalidExecutionInput', 400, 'Invalid State Machine Execution Input');
        const known = machines.executions().find((one) => one.machine.arn === arn && one.name === name);
        if (known !== undefined && (known.ending() !== undefined || known.input !== input))
          throw new AwsError('ExecutionAlreadyExists', 400, `Execution Already Exists: '${known.arn}'`);
        const execution = known ?? machines.start(arn, { input, ...(name === undefined ? {} : { name }) });
        return { executionArn: execution.arn, startDate: execution.startedAtMs / 1000 };
      },
    },
    DescribeExecution: {
      members: ['executionArn'],
      run({ principal, region, input }) {
        const arn = text(input, 'executionArn');
        access.require({ principal, region, action: 'states:DescribeExecution', resource: arn });
        const execution = machines.executions().find((one) => one.arn === arn);
        if (execution === undefined || execution.machine.region !== region)
          throw new AwsError('ExecutionDoesNotExist', 400, `Execution Does Not Exist: '${arn}'`);
        return describeExecution(execution);
      },
    },
    ListExecutions: {
      members: ['stateMachineArn', 'statusFilter', 'maxResults'],
      run(call) {
        const { arn } = machineOf(call, 'states:ListExecutions');
        const status = optionalText(call.input, 'statusFilter');
        const most = integer(call.input, 'maxResults', [0, PAGE.greatest]) ?? 0;
        const executions = machines
          .executions()
          .filter(({ machine }) => machine.arn === arn)
          .map(summaryOf)
          .filter((one) => status === undefined || one.status === status)
          .slice(0, most === 0 ? PAGE.initial : most);
        return { executions };
      },
    },
  };
}

function isJson(input: string): boolean {
  try {
    JSON.parse(input);
    return true;
  } catch {
    return false;
  }
}
