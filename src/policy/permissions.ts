import { POLICY_VERSION } from '../model/policy-document.ts';
import { type PermissionQuestion, type PermissionScope, toScope } from './permission-scope.ts';
import type { PermissionStatement } from './permission-statement.ts';
import {
  alertsPermissions,
  mutePermissions,
  mutesPermissions,
  testAlertPermissions,
  unmutePermissions,
} from './permissions-of-alerts.ts';
import {
  auditPermissions,
  auditsPermissions,
  comparePermissions,
  logsPermissions,
  verifyReportPermissions,
} from './permissions-of-audits.ts';
import { deployPermissions, removePermissions } from './permissions-of-deployment.ts';
import { repairPermissions, verifyPermissions, waitPermissions } from './permissions-of-objects.ts';
import {
  failbackPermissions,
  failoverPermissions,
  freezePermissions,
  routesPermissions,
} from './permissions-of-routes.ts';
import { doctorPermissions, unwirePermissions, wirePermissions } from './permissions-of-settings.ts';
import {
  configPermissions,
  consolePermissions,
  poisonPermissions,
  statusPermissions,
} from './permissions-of-stacks.ts';

/** Commands whose permissions are known. */
export const PERMITTED_COMMANDS = [
  'verify',
  'digest',
  'doctor',
  'status',
  'wait',
  'repair',
  'wire',
  'unwire',
  'alerts',
  'mute',
  'unmute',
  'mutes',
  'test-alert',
  'poison',
  'console',
  'audit',
  'audits',
  'compare',
  'verify-report',
  'routes',
  'failover',
  'failback',
  'freeze',
  'drill',
  'logs',
  'sql',
  'export',
  'config',
  'deploy',
  'remove',
] as const;
export type PermittedCommand = (typeof PERMITTED_COMMANDS)[number];

const PERMISSIONS: Readonly<Record<PermittedCommand, (scope: PermissionScope) => readonly PermissionStatement[]>> = {
  verify: verifyPermissions,
  digest: () => [], // reads a file
  doctor: doctorPermissions,
  status: statusPermissions,
  wait: waitPermissions,
  repair: repairPermissions,
  wire: wirePermissions,
  unwire: unwirePermissions,
  alerts: alertsPermissions,
  mute: mutePermissions,
  unmute: unmutePermissions,
  mutes: mutesPermissions,
  'test-alert': testAlertPermissions,
  poison: poisonPermissions,
  console: consolePermissions,
  audit: auditPermissions,
  audits: auditsPermissions,
  compare: comparePermissions,
  'verify-report': verifyReportPermissions,
  routes: routesPermissions,
  failover: failoverPermissions,
  failback: failbackPermissions,
  freeze: freezePermissions,
  drill: () => [], // asks a sandbox
  logs: logsPermissions,
  sql: () => [], // prints texts
  export: () => [], // reads a file
  config: configPermissions,
  deploy: deployPermissions,
  remove: removePermissions,
};

/** A policy as IAM takes it. */
export interface PermissionDocument {
  readonly Version: string;
  readonly Statement: readonly Omit<PermissionStatement, 'because'>[];
}

/** Why a statement names more than the configuration does. */
export interface WideStatement {
  readonly sid: string;
  readonly because: string;
}

export interface Permissions {
  /** Absent: nothing of AWS is needed. */
  readonly document?: PermissionDocument;
  readonly wide: readonly WideStatement[];
}

/** What whoever runs a command must be allowed, and no more. */
export function permissionsOf(command: PermittedCommand, question: PermissionQuestion): Permissions {
  const statements = PERMISSIONS[command](toScope(question));
  const Statement = statements.map(toIam);
  return {
    ...(Statement.length === 0 ? {} : { document: { Version: POLICY_VERSION, Statement } }),
    wide: statements.flatMap(({ Sid: sid, because }) => (because === undefined ? [] : [{ sid, because }])),
  };
}

function toIam({
  Sid,
  Effect,
  Action,
  Resource,
  Condition,
}: PermissionStatement): PermissionDocument['Statement'][number] {
  return { Sid, Effect, Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}
