import { type AuditHandler, createAuditPlanHandler } from '../src/compose-audit.ts';
import type { PlanAnswer } from '../src/audit/plan-run.ts';

/** The first step of a run of an audit: cuts its keys, prices it, refuses what is above its budget. */
export const handler: AuditHandler<PlanAnswer> = createAuditPlanHandler();
