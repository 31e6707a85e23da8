import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { HoldfastError } from '../errors.ts';
import { parseReportedFinding } from '../ingest/reported-finding.ts';
import type { AccessRecord } from '../model/access-record.ts';
import type { ReportedFinding } from '../model/reported-finding.ts';
import { createLogEvidence, isInLogs, type LogEvidence } from '../policy/log-evidence.ts';
import type { Io } from './io.ts';
import { type ExplainedFinding, renderExplained, toExplainedRecords } from './render-explained.ts';
import type { LogCoverage } from './render-logs.ts';

/** The findings of a report, and what the logs know of them. */
export interface FindingsQuestion {
  add(record: AccessRecord): void;
  /** For people, or as lines of JSON. */
  answer(coverage: LogCoverage, json: boolean): string;
}

/** Reads a report. Findings that no request can be behind are counted, and nothing else. */
export async function readFindings(file: string, io: Pick<Io, 'cwd' | 'stdin'>): Promise<FindingsQuestion> {
  const lines = (await readText(file, io)).split('\n').map((line) => line.trim());
  const found = lines.flatMap((line, index) => (line === '' ? [] : (parseLine(line, file, index + 1) ?? [])));
  const findings = found.filter((each) => isInLogs(each));
  const evidence: LogEvidence = createLogEvidence(findings);
  let records = 0;
  return {
    add(record) {
      records += 1;
      evidence.add(record);
    },
    answer(coverage, json) {
      const causes = evidence.causes();
      const explained = findings.map((finding, index): ExplainedFinding => {
        const cause = causes[index];
        return { finding, ...(cause === undefined ? {} : { cause }) };
      });
      const nameless = evidence.namelessRemovals();
      const answer = { explained, others: found.length - findings.length, records, nameless, coverage };
      return json
        ? toExplainedRecords(answer)
            .map((record) => `${JSON.stringify(record)}\n`)
            .join('')
        : renderExplained(answer);
    },
  };
}

async function readText(file: string, { cwd, stdin }: Pick<Io, 'cwd' | 'stdin'>): Promise<string> {
  if (file === '-') return text(stdin);
  return readFile(resolve(cwd, file), 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    throw new HoldfastError('invalid-config', 'cli', `${file} cannot be read: ${reason}`, { cause });
  });
}

function parseLine(line: string, name: string, number: number): ReportedFinding | undefined {
  try {
    return parseReportedFinding(line);
  } catch (cause) {
    throw new HoldfastError('invalid-config', 'cli', `expected JSON in line ${number} of ${name}`, { cause });
  }
}
