import { type AuditHandler, createAuditReportHandler } from '../src/compose-audit.ts';
import type { ReportAnswer } from '../src/audit/finish-run.ts';

/** The last step of each round of an audit: hands out what is missing, or writes the report. */
export const handler: AuditHandler<ReportAnswer | { readonly kind: 'failed' }> = createAuditReportHandler();
