import { createDigester, type Digester } from '../digest/digester.ts';
import { canonical } from './canonical.ts';
import { merkleRoot } from './merkle.ts';

/** What a report proves by itself. */
export interface ReportProof {
  /** Everything that does not fit together, in the order of the report; none: it does. */
  readonly problems: readonly string[];
  /** Computed anew from the shards. */
  readonly root?: string;
  readonly shards: number;
  readonly findings: number;
}

type Line = Readonly<Record<string, unknown>>;

/** Findings of one shard: their hash grows with them, and nothing else does. */
interface Found {
  count: number;
  readonly digester: Digester;
}

const ENCODER = new TextEncoder();

/**
 * Computes all hashes of a report again: findings against their shards, shards against the root, and whether every shard of the
 * plan is there. Whoever has the root from elsewhere, an alert or an object under Object Lock, knows then that nothing was changed.
 */
export async function verifyReport(lines: AsyncIterable<string>): Promise<ReportProof> {
  const problems: string[] = [];
  const findings = new Map<number, Found>();
  const shards = new Map<number, Line>();
  let plan: Line | undefined;
  let summary: Line | undefined;
  let number = 0;
  for await (const text of lines) {
    number += 1;
    const line = parseLine(text);
    if (line === undefined) problems.push(`line ${number} is no JSON object`);
    else if (line['kind'] === 'audit') plan = line;
    else if (line['kind'] === 'summary') summary = line;
    else if (line['kind'] === 'shard') shards.set(Number(line['shard']), line);
    else if (line['kind'] === 'finding') {
      const shard = Number(line['shard']);
      const found = findings.get(shard) ?? { count: 0, digester: await createDigester('SHA256') };
      findings.set(shard, found);
      found.count += 1;
      found.digester.update(ENCODER.encode(`${canonical(line)}\n`));
    } else problems.push(`line ${number} is of an unknown kind`);
  }
  for (const [shard, line] of shards) problems.push(...(await checkFindings(shard, line, findings.get(shard))));
  for (const shard of findings.keys()) if (!shards.has(shard)) problems.push(`shard ${shard} has findings and no line`);
  problems.push(...checkPlan(plan, shards));
  const ordered = [...shards].toSorted(([a], [b]) => a - b).map(([, line]) => canonical(line));
  const root = await merkleRoot(ordered);
  if (summary === undefined) problems.push('there is no summary: the report breaks off');
  else if (summary['root'] === undefined) problems.push('the audit was not finished: there is no root');
  else if (summary['root'] !== root)
    problems.push(`the root is ${root ?? 'none'}, and the summary says ${JSON.stringify(summary['root'])}`);
  const count = [...findings.values()].reduce((sum, each) => sum + each.count, 0);
  return { problems, ...(root === undefined ? {} : { root }), shards: shards.size, findings: count };
}

async function checkFindings(shard: number, line: Line, found: Found | undefined): Promise<readonly string[]> {
  const said = line['findings'];
  if (typeof said !== 'object' || said === null || !('count' in said) || !('sha256' in said)) {
    return [`shard ${shard} does not say what it found`];
  }
  const { count, digester } = found ?? { count: 0, digester: await createDigester('SHA256') };
  if (said.count !== count) return [`shard ${shard} found ${String(said.count)}, and ${count} are in the report`];
  return said.sha256 === Buffer.from(digester.digest()).toString('hex')
    ? []
    : [`the findings of shard ${shard} are not those that it found`];
}

/** The stretches of keys must be those of the plan, all of them. */
function checkPlan(plan: Line | undefined, shards: ReadonlyMap<number, Line>): readonly string[] {
  const planned: unknown = plan?.['shards'];
  if (!Array.isArray(planned)) return ['there is no plan'];
  return planned.flatMap((each: Line): readonly string[] => {
    const line = shards.get(Number(each['shard']));
    if (line === undefined) return [`shard ${String(each['shard'])} of the plan is missing`];
    const isSame = ['link', 'after', 'upTo'].every((name) => line[name] === each[name]);
    return isSame ? [] : [`shard ${String(each['shard'])} is not the stretch of keys of the plan`];
  });
}

function parseLine(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isLine(value) ? value : undefined;
  } catch {
    return undefined; // said by the caller, with the number of the line
  }
}

function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
