import {
  type AlertConfig,
  type AuditConfig,
  type Config,
  type MrapConfig,
  type PairConfig,
  steeringRegionOf,
  type VerifyRule,
} from '../model/config.ts';
import {
  type AlertDocument,
  type AuditDocument,
  type ConfigDocument,
  majorityOf,
  type MrapDocument,
  type PairDocument,
  type VerifyDocument,
} from './document.ts';
import { parseDuration, parseSize } from './quantities.ts';

/** A document that was found to be valid, with units resolved. */
export function normalise(document: ConfigDocument): Config {
  const pairs = Object.entries(document.pairs).map(([name, pair]) => toPair(name, pair));
  const mraps = Object.entries(document.mraps).map(([name, mrap]) => toMrap(name, mrap));
  const audits = Object.entries(document.audits).map(([name, audit]) => toAudit(name, audit));
  const steeringRegion = steeringRegionOf({ pairs, mraps });
  return {
    version: 1,
    pairs,
    mraps,
    verify: document.verify.map((rule) => toRule(rule)),
    alerts: toAlerts(document.alerts),
    ...(audits.length === 0 ? {} : { audits }),
    ...(steeringRegion === undefined ? {} : { steeringRegion }),
  };
}

function toAlerts({ severity, subscriptions, maintenance }: AlertDocument): AlertConfig {
  return {
    severity,
    subscriptions: subscriptions.map(({ protocol, endpoint, severity: least, family, pair }) => ({
      protocol,
      endpoint,
      ...(least === undefined ? {} : { severity: least }),
      ...(family === undefined ? {} : { family }),
      ...(pair === undefined ? {} : { pair }),
    })),
    ...(maintenance.length === 0
      ? {}
      : {
          maintenance: maintenance.map(({ from, until, pairs, reason }) => ({
            from: new Date(from).toISOString(),
            until: new Date(until).toISOString(),
            ...(pairs === undefined ? {} : { pairs }),
            reason,
          })),
        }),
  };
}

function toPair(name: string, { lookAfter, ...pair }: PairDocument): PairConfig {
  return { name, ...pair, lookAfterMs: lookAfter.map((age) => ms(age)) };
}

function toMrap(name: string, { arn, pairs, failover, observers, witness, active }: MrapDocument): MrapConfig {
  return {
    name,
    arn,
    pairs,
    failover: {
      mode: failover.mode,
      rpoMs: ms(failover.rpo),
      coolDownMs: ms(failover.coolDown),
      quorum: failover.quorum ?? majorityOf(observers),
      confirmations: failover.confirmations,
      window: failover.window,
      flaps: failover.flaps,
    },
    observers,
    ...(witness === undefined ? {} : { witness }),
    ...(active === undefined ? {} : { active }),
  };
}

function toRule({ prefix: url, evidence, declared, readUpTo, every }: VerifyDocument): VerifyRule {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/([^]*)$/.exec(url) ?? [];
  const readUpToBytes = readUpTo === undefined ? undefined : parseSize(readUpTo);
  return {
    bucket,
    prefix,
    evidence,
    declared,
    ...(readUpToBytes === undefined ? {} : { readUpToBytes }),
    ...(every === 'never' ? {} : { everyMs: ms(every) }),
  };
}

function toAudit(name: string, { content, grace, keep, lock, ...audit }: AuditDocument): AuditConfig {
  const { pair, schedule, timezone, prefix, versions, budget, ceiling, concurrency } = audit;
  return {
    name,
    pair,
    schedule,
    timezone,
    prefix,
    versions,
    content: { mode: content.mode, share: Number.parseFloat(content.share) / 100 },
    budget,
    ceiling,
    concurrency,
    ...(grace === undefined ? {} : { graceMs: ms(grace) }),
    keepMs: ms(keep),
    ...(lock === undefined ? {} : { lock: { mode: lock.mode, forMs: ms(lock.for) } }),
  };
}

/** The schema has seen to it that this is a duration. */
function ms(duration: string): number {
  return parseDuration(duration) ?? Number.NaN;
}
