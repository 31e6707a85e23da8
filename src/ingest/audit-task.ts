import { HoldfastError } from '../errors.ts';

/** What the state machine of audits gives to one of its steps. */
export interface AuditTask {
  /** Name in the configuration. */
  readonly audit: string;
  readonly run?: string;
  readonly shard?: number;
  readonly round?: number;
  /** Name and start of the execution. */
  readonly execution?: string;
  readonly startedAt?: Date;
  /** What a step before it has failed with. */
  readonly error?: string;
}

/** Longest error that is told, in characters. */
const LONGEST_ERROR = 1_000;

/** Reads what a step is given, and ignores the rest. Throws `invalid-event`. */
export function parseAuditTask(event: unknown): AuditTask {
  if (!isMapping(event) || typeof event['audit'] !== 'string') {
    throw new HoldfastError('invalid-event', 'audit task', 'expected the name of an audit in the input of the step');
  }
  const { audit, run, shard, round, execution, startedAt, error } = event;
  const time = typeof startedAt === 'string' ? new Date(startedAt) : undefined;
  return {
    audit,
    ...(typeof run === 'string' ? { run } : {}),
    ...(typeof shard === 'number' ? { shard } : {}),
    ...(typeof round === 'number' ? { round } : {}),
    ...(typeof execution === 'string' ? { execution } : {}),
    ...(time === undefined || Number.isNaN(time.getTime()) ? {} : { startedAt: time }),
    ...(error === undefined ? {} : { error: toText(error).slice(0, LONGEST_ERROR) }),
  };
}

function toText(error: unknown): string {
  if (typeof error === 'string') return error;
  const cause = isMapping(error) ? [error['Error'], error['Cause']] : [];
  const said = cause.filter((each) => typeof each === 'string');
  return said.length === 0 ? JSON.stringify(error) : said.join(': ');
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
