import { AwsError } from './aws-error.ts';
import { checkMembers, type JsonInput } from './json-protocol.ts';
import { isRecord } from './record.ts';

/** What was switched on for a table and is shown again: items are not removed when they expire, and nothing is backed up. */
export interface TableSettings {
  readonly ttlAttribute?: string;
  readonly pointInTimeRecovery?: boolean;
}

/** Settings after a call, and what it answers. */
export interface SettingsAnswer {
  readonly settings: TableSettings;
  readonly output: object;
}

type SettingsOperation = (settings: TableSettings, input: JsonInput) => SettingsAnswer;

/** What dynalite lacks and the sandbox records. */
export const SETTINGS_OPERATIONS: Readonly<Record<string, SettingsOperation>> = {
  UpdateTimeToLive(settings, input) {
    checkMembers('UpdateTimeToLive', input, ['TableName', 'TimeToLiveSpecification']);
    const specification = member(input, 'TimeToLiveSpecification');
    const { Enabled, AttributeName } = specification;
    const { pointInTimeRecovery = false } = settings;
    const enabled = Enabled === true && typeof AttributeName === 'string';
    return {
      settings: { pointInTimeRecovery, ...(enabled ? { ttlAttribute: AttributeName } : {}) },
      output: { TimeToLiveSpecification: specification },
    };
  },
  DescribeTimeToLive: (settings) => ({ settings, output: { TimeToLiveDescription: describeTtl(settings) } }),
  UpdateContinuousBackups(settings, input) {
    checkMembers('UpdateContinuousBackups', input, ['TableName', 'PointInTimeRecoverySpecification']);
    const { PointInTimeRecoveryEnabled } = member(input, 'PointInTimeRecoverySpecification');
    const changed = { ...settings, pointInTimeRecovery: PointInTimeRecoveryEnabled === true };
    return { settings: changed, output: { ContinuousBackupsDescription: describeBackups(changed) } };
  },
  DescribeContinuousBackups: (settings) => ({
    settings,
    output: { ContinuousBackupsDescription: describeBackups(settings) },
  }),
};

function member(input: JsonInput, name: string): Readonly<Record<string, unknown>> {
  const value = input[name];
  if (isRecord(value)) return value;
  throw new AwsError('ValidationException', 400, `The parameter ${name} is required.`);
}

function describeTtl({ ttlAttribute }: TableSettings): object {
  if (ttlAttribute === undefined) return { TimeToLiveStatus: 'DISABLED' };
  return { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute };
}

function describeBackups({ pointInTimeRecovery = false }: TableSettings): object {
  const PointInTimeRecoveryStatus = pointInTimeRecovery ? 'ENABLED' : 'DISABLED';
  return { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus } };
}
