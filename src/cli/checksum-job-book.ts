import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AuditQuestion } from '../model/audit-records.ts';
import { HoldfastError } from '../errors.ts';
import type { ChecksumOrder } from '../model/checksum-job.ts';
import type { JobRef, JobReport } from '../model/replication-job.ts';
import { comparable, readOrNone } from './audit-folder.ts';
import type { Io } from './io.ts';

/** A job that reads one bucket. */
export interface KeptJob extends JobRef {
  readonly bucket: string;
  readonly report: JobReport;
  /** On its list. */
  readonly versions: number;
}

/** What was asked of S3, so that the same command goes on with it. */
export interface KeptJobs {
  readonly question: AuditQuestion;
  readonly order: ChecksumOrder;
  readonly jobs: readonly KeptJob[];
}

const FILE = 'jobs.json';

/** Jobs that belong to the report in a folder. */
export interface ChecksumJobBook {
  /** `undefined`: none was asked for yet. Throws `invalid-config` where they were asked for something else. */
  read(question: AuditQuestion): Promise<KeptJobs | undefined>;
  keep(jobs: KeptJobs): Promise<void>;
}

export function createChecksumJobBook(folder: string, { cwd }: Pick<Io, 'cwd'>): ChecksumJobBook {
  const root = resolve(cwd, folder);
  const path = join(root, FILE);
  return {
    async read(question) {
      const text = await readOrNone(path);
      if (text === undefined) return undefined;
      const kept: unknown = JSON.parse(text);
      if (!isKept(kept)) throw wrong(`expected jobs in ${path}`);
      const [then, now] = [comparable(kept.question), comparable(question)];
      if (then !== now) throw wrong(`${path} holds jobs for an audit that asks ${then}, not ${now}`);
      return kept;
    },
    async keep(jobs) {
      await mkdir(root, { recursive: true });
      await writeFile(path, `${JSON.stringify(jobs, null, 2)}\n`);
    },
  };
}

function isKept(value: unknown): value is KeptJobs {
  return typeof value === 'object' && value !== null && 'question' in value && 'order' in value && 'jobs' in value;
}

function wrong(problem: string): HoldfastError {
  return new HoldfastError('invalid-config', 'cli', problem);
}
