import { HoldfastError } from '../errors.ts';
import type { AuditRun } from '../model/audit-run.ts';
import { partitionOf } from '../model/arn.ts';
import { awsCommand, holdfastCommand, quote } from '../model/shell-command.ts';
import { type AuditState, outcomeOf, stateOf } from '../policy/audit-outcome.ts';
import { isUnderWay } from '../policy/audit-status.ts';
import { toAuditRecord, toRunRecord } from './audit-status-record.ts';
import type { AuditsWork } from './audits.ts';
import { type ExitCode, worse } from './io.ts';
import { type AuditReport, auditsOf, reportAudits } from './report-audits.ts';
import { renderAuditRun } from './render-audit-run.ts';
import { renderAudits } from './render-audits.ts';

/** `holdfast audits list`: every audit of a pair, or all. */
export async function listAudits(
  pair: string | undefined,
  { stage, json, services, io }: AuditsWork,
): Promise<ExitCode> {
  const reports = await reportAudits(
    { stage, pairs: pair === undefined ? undefined : new Set([pair]) },
    { services, call: io },
  );
  if (reports.length === 0) throw nothingOf(pair, services.config.audits?.length ?? 0);
  for (const record of json ? reports.map(toAuditRecord) : []) io.stdout.write(`${JSON.stringify(record)}\n`);
  if (!json) io.stdout.write(renderAudits(reports));
  return reports.map((report) => toExitCode(report)).reduce(worse, 0);
}

function toExitCode(report: AuditReport): ExitCode {
  return 'unknown' in report ? 2 : EXIT_CODES[stateOf(report.status)];
}

const EXIT_CODES: Readonly<Record<AuditState, ExitCode>> = {
  proved: 0,
  'under-way': 0,
  violated: 1,
  overdue: 1,
  'not-judged': 2,
  incomplete: 2,
  empty: 2,
  refused: 2,
  failed: 2,
  silent: 2,
  'never-ran': 2,
};

/** `holdfast audits show`: one run, by the beginning of its name. */
export async function showAuditRun(name: string, { stage, json, services, io }: AuditsWork): Promise<ExitCode> {
  const now = services.clock.now();
  const found: AuditRun[] = [];
  for (const { audit, source } of auditsOf(services)) {
    const book = services.stack(stage).auditsIn(source.region);
    const runs = await book.runs(audit.name, { signal: io.signal, atMost: MOST_RUNS });
    found.push(...runs.filter(({ run }) => run.startsWith(name)));
  }
  const [run, another] = found;
  if (run === undefined || another !== undefined) {
    const what = run === undefined ? 'no run' : `more than one run (${found.map((each) => each.run).join(', ')})`;
    throw new HoldfastError('invalid-config', 'cli', `there is ${what} whose name begins with ${name}`);
  }
  const underWay = isUnderWay(run, now);
  io.stdout.write(json ? `${JSON.stringify(toRunRecord(run, underWay))}\n` : renderAuditRun(run, now));
  return underWay ? 0 : EXIT_CODES[outcomeOf(run)];
}

/** Of each audit; older ones are in the bucket of reports. */
const MOST_RUNS = 500;

/** `holdfast audits start`: how to start one now; with `--yes` it is started, unless a run is under way. */
export async function startAudit(
  name: string,
  isMeant: boolean,
  { stage, json, services, io }: AuditsWork,
): Promise<ExitCode> {
  const placed = auditsOf(services).find(({ audit }) => audit.name === name);
  if (placed === undefined) {
    const names = auditsOf(services).map(({ audit }) => audit.name);
    const known = names.length === 0 ? 'the configuration has none' : `there are ${names.join(', ')}`;
    throw new HoldfastError('invalid-config', 'cli', `there is no audit ${name}; ${known}`);
  }
  const { region, account } = placed.source;
  // As infra/ names it.
  const machineArn = `arn:${partitionOf(region)}:states:${region}:${account}:stateMachine:holdfast-${stage}-audit`;
  const input = { audit: name };
  const command = awsCommand('stepfunctions start-execution', { 'state-machine-arn': machineArn, input, region });
  const about = { kind: 'start', audit: name, region, stage };
  if (!isMeant) {
    const hint = '# Nothing was started. Run this, or the same again with --yes.\n';
    io.stdout.write(json ? `${JSON.stringify({ ...about, command, started: false })}\n` : `${hint}${command}\n`);
    return 0;
  }
  const call = { signal: io.signal };
  const runs = await services
    .stack(stage)
    .auditsIn(region)
    .runs(name, { ...call, atMost: 1 });
  const underWay = runs.find((run) => isUnderWay(run, services.clock.now()));
  if (underWay !== undefined) {
    throw new HoldfastError('invalid-config', 'cli', `the run ${underWay.run} is under way: nothing was started`);
  }
  const execution = await services.auditStarter.start(machineArn, input, call);
  const hint = `Started ${execution}\nnpx ${holdfastCommand(`audits list ${quote(placed.audit.pair)}`, { stage })}\n`;
  io.stdout.write(json ? `${JSON.stringify({ ...about, execution, started: true })}\n` : hint);
  return 0;
}

function nothingOf(pair: string | undefined, all: number): HoldfastError {
  const what =
    pair === undefined || all === 0 ? 'the configuration has no audits' : `there is no audit of pair ${pair}`;
  return new HoldfastError('invalid-config', 'cli', `${what}: docs/audit.md says how they are made by the clock`);
}
