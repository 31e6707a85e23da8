export {
  type AgeRule,
  type AuditPlan,
  type AuditQuestion,
  type AuditSummary,
  type ContentPlan,
  type FindingRecord,
  REPORT_FORMAT,
  type Shard,
  type ShardRecord,
  type Volume,
} from '../model/audit-records.ts';
