import type { BucketRef } from '../model/bucket-settings.ts';
import { toJobDocument } from '../model/job-document.ts';
import { PRICES_AS_OF } from '../model/prices.ts';
import type { JobReport, ReplicationJob, ReplicationJobRequest } from '../model/replication-job.ts';
import { holdfastCommand, type OptionValue, quote } from '../model/shell-command.ts';
import { type RepairCost, repairCost } from '../policy/repair-cost.ts';
import { createJobRole } from '../policy/repair-role.ts';
import type { Found } from './find-repairs.ts';
import { formatBytes, formatCount } from './printable.ts';
import { renderCost, renderFound, renderRequest } from './render-repair.ts';
import { type JobWish, type RepairMode, toRequest } from './repair-job.ts';
import type { RepairScope } from './repair-scope.ts';
import type { RepairSelection } from './repair-selection.ts';
import type { ReportedVersion } from './reported-versions.ts';

/** What a person asked for. */
export interface RepairPair {
  readonly scope: RepairScope;
  readonly mode: RepairMode;
  readonly selection: RepairSelection;
  readonly reported?: readonly ReportedVersion[];
  /** ARN; a job cannot be created without. */
  readonly role?: string;
  readonly report?: JobReport;
  /** Dollars; absent: no limit. */
  readonly budget?: number;
  /** Whether the job is created. */
  readonly yes: boolean;
  readonly json: boolean;
  /** The options of the run that name the versions, for the commands that go on with it. */
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** Name of a role that a person makes for repairs. */
const ROLE_NAME = 'holdfast-repair';

/** Versions for a person that are shown in full; the rest is only counted. */
export const MOST_SHOWN = 20;

/** What would be done about what was found. */
export interface RepairPlan {
  /** For the job: at most so many, because headers do not tell everything that S3 knows. */
  readonly versions: number;
  readonly bytes: number;
  readonly cost: RepairCost;
  readonly request: ReplicationJobRequest;
}

/** The one job for everything that was found, with its price. */
export function toPlan(
  { scope, mode, role, report }: RepairPair,
  { wish, found, last }: { readonly wish: JobWish; readonly found: Found; readonly last?: ReplicationJob },
): RepairPlan {
  const sizes = found.parts.map(({ tally, destinations }) => {
    const counts = [
      ...(mode === 'existing' ? [] : [tally.failed]),
      ...(mode === 'failed' ? [] : [tally.neverAttempted]),
    ];
    return {
      versions: counts.reduce((sum, { versions }) => sum + versions, 0),
      bytes: counts.reduce((sum, { bytes }) => sum + bytes, 0),
      source: scope.source,
      destinations,
    };
  });
  const costs = sizes.map((size) => repairCost(size));
  const job = costs[0]?.job ?? 0;
  const requests = costs.reduce((sum, cost) => sum + cost.requests, 0);
  const transfer = costs.reduce((sum, cost) => sum + cost.transfer, 0);
  return {
    versions: sizes.reduce((sum, { versions }) => sum + versions, 0),
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    cost: { job, requests, transfer, total: job + requests + transfer },
    request: toRequest(wish, {
      role: role ?? `arn:aws:iam::${scope.source.account}:role/${ROLE_NAME}`,
      ...(report && { report }),
      prefixes: found.prefixes,
      ...(last && { after: last }),
    }),
  };
}

/** What was found, and exactly the job that would be created. */
export function renderPlan(asked: RepairPair, found: Found, { versions, bytes, cost, request }: RepairPlan): string {
  const hidden = found.parts.reduce((sum, { tally }) => sum + tally.byHand.versions, 0) - MOST_SHOWN;
  return [
    ...(hidden > 0 ? [`${formatCount(hidden)} more are to be repaired by hand: --json names each\n`] : []),
    renderFound(found.parts),
    ...(versions === 0
      ? []
      : [
          renderRequest(request),
          `It takes about ${formatCount(versions)} versions, ${formatBytes(bytes)}, and ${renderCost(cost)}.`,
          ...(found.wider
            ? ['The report names more keys than a job takes: it also takes others in the same folders.']
            : []),
          ...(asked.scope.links.length > 1 || asked.options['to'] !== undefined
            ? ['A job replicates to every destination of the rules.']
            : []),
          '',
        ]),
  ].join('\n');
}

/** How to go on from a run that created nothing. */
export function renderNext(asked: RepairPair, { request }: RepairPlan): string {
  const { scope, options, role, report } = asked;
  const create = holdfastCommand(`repair ${quote(scope.pair)}`, {
    ...options,
    role: request.role,
    'report-bucket': report?.bucket,
    yes: true,
  });
  const makeRole =
    role === undefined
      ? ['The job needs a role:', ...createJobRole(ROLE_NAME, request).map((line) => `  ${line}`)]
      : [];
  return [
    ...makeRole,
    'Nothing was created. To create the job, which then waits for your confirmation:',
    `  ${create}`,
    ...(report === undefined
      ? ['Add --report-bucket BUCKET to be told which versions it could not replicate, and why.']
      : []),
    '',
  ].join('\n');
}

/** The same as one line of NDJSON. */
export function toPlanRecord(
  { scope, mode }: RepairPair,
  found: Found,
  { versions, bytes, cost, request }: RepairPlan,
): object {
  return {
    kind: 'plan',
    pair: scope.pair,
    mode,
    source: nameOf(scope.source),
    parts: found.parts.map(({ tally: { reasons, ...tally }, destinations }) => ({
      destinations: destinations.map((bucket) => nameOf(bucket)),
      ...tally,
      reasons: Object.fromEntries(reasons),
    })),
    versions,
    bytes,
    cost: versions === 0 ? null : { ...cost, currency: 'USD', pricesAsOf: PRICES_AS_OF },
    job: versions === 0 ? null : toJobDocument(request),
  };
}

function nameOf({ bucket, region }: BucketRef): BucketRef {
  return { bucket, region };
}
