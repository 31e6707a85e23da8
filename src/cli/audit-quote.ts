import { auditedLinks, gatherAuditedLinks, gatherKmsUse } from '../audit/audited-links.ts';
import { planAudit } from '../audit/plan-audit.ts';
import { type Quote, quoteAudit } from '../audit/quote-audit.ts';
import type { ContentPrices } from '../audit/quote-content.ts';
import { createSpend, meterListings } from '../audit/spend.ts';
import { type AuditPair, SHARDS_PER_RANGE } from './audit-pair.ts';
import type { ExitCode, Io } from './io.ts';
import { linksOfPair } from './pair-options.ts';
import { formatBytes, formatCount } from './printable.ts';
import { formatDollars } from './render-audit.ts';
import type { Services } from './services.ts';

/** `holdfast audit --quote`: cuts the pair as the audit would, lists it, and prices the rest. */
export async function quotePair(asked: AuditPair, services: Services, io: Io): Promise<ExitCode> {
  const { question, here, json } = asked;
  const both = linksOfPair(services.config, question.pair);
  const links = auditedLinks(both);
  const call = { signal: io.signal };
  const spend = createSpend(here);
  const inquiry = { question, links, startedAt: services.clock.now(), wanted: asked.ranges * SHARDS_PER_RANGE };
  const plan = await planAudit(inquiry, meterListings(services.listings, spend), call);
  const planned = spend.requests().list;
  const uses = await gatherKmsUse(links, { buckets: services.buckets, call });
  const audited = await gatherAuditedLinks(both, question, { buckets: services.buckets, call });
  const place = here === undefined ? {} : { here };
  const quoted = { plan, links, audited, planned, ...place, spendsKms: (bucket: string) => uses.get(bucket) };
  const quote = await quoteAudit(quoted, services.listings, call);
  io.stdout.write(json ? `${JSON.stringify(quote)}\n` : renderQuote(quote, here));
  return 0;
}

function renderQuote(
  { asOf, versions, bytes, counted, shards, lines, dollars, content, perThousandDifferences }: Quote,
  here?: string,
): string {
  const shown = counted === 'all' ? 'counted' : `from ${shards.counted} of ${shards.all} shards`;
  return [
    `${formatCount(versions)} versions with ${formatBytes(bytes)} at the source (${shown}); list prices of ${asOf}, ${here === undefined ? 'read from outside of AWS' : `read in ${here}`}`,
    '',
    ...lines.map(
      (line) =>
        `  ${line.what.padEnd(34)} ${formatUnits(line.count, line.unit).padStart(20)}  ${formatDollars(line.dollars)}`,
    ),
    `  ${'together'.padEnd(34)} ${''.padStart(20)}  ${formatDollars(dollars)}`,
    '',
    ...(content === undefined ? [] : describeContent(content)),
    `Each 1,000 of them that are not as they should be are looked at once more: ${formatDollars(perThousandDifferences)} more.`,
    '',
  ].join('\n');
}

/** Both ways to have bytes read, because the cheaper one depends on classes, sizes and places. */
function describeContent({ byReading, byComputeChecksum, archived }: ContentPrices): readonly string[] {
  const { versions, bytes, restore } = archived;
  const ways = `The bytes of both sides: read from here ${formatDollars(byReading)}; by S3 itself (--by compute-checksum) ${formatDollars(byComputeChecksum)}.`;
  if (versions === 0) return [ways];
  const count = `${formatCount(Math.round(versions))} archived copies, ${formatBytes(bytes)}`;
  return [
    ways,
    `Among them ${count}: only S3 reads them as they are; restored for a day they cost ${formatDollars(restore)} more (--restore-budget).`,
  ];
}

function formatUnits(count: number, unit: string): string {
  return `${unit === 'GB' ? count.toFixed(3) : formatCount(count)} ${unit}`;
}
