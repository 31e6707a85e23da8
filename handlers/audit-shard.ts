import { type AuditHandler, createAuditShardHandler } from '../src/compose-audit.ts';
import type { ShardAnswer } from '../src/audit/run-shard.ts';

/** One stretch of keys of an audit. */
export const handler: AuditHandler<ShardAnswer> = createAuditShardHandler();
