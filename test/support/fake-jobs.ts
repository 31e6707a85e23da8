import { present } from '../../src/model/observation.ts';
import type { ReplicationJob, ReplicationJobRequest, TaskFailure } from '../../src/model/replication-job.ts';
import type { ReplicationJobs } from '../../src/ports.ts';

/** Jobs in memory, open to the test. */
export interface FakeJobs extends ReplicationJobs {
  /** By token, in the order of their creation. */
  readonly requests: Map<string, ReplicationJobRequest>;
  readonly jobs: ReplicationJob[];
  /** What completion reports say, by job. */
  readonly reports: Map<string, readonly TaskFailure[]>;
}

/** A job is suspended as soon as it is created, and complete as soon as it is confirmed. */
export function createFakeJobs(): FakeJobs {
  const requests = new Map<string, ReplicationJobRequest>();
  const jobs: ReplicationJob[] = [];
  const reports = new Map<string, readonly TaskFailure[]>();
  return {
    requests,
    jobs,
    reports,
    async create(request) {
      const known = [...requests.keys()].indexOf(request.token);
      if (known !== -1) return `job-${known}`;
      const jobId = `job-${requests.size}`;
      requests.set(request.token, request);
      const { description, report } = request;
      const tasks = { total: 1, succeeded: 0, failed: 0 };
      jobs.push({ jobId, status: 'Suspended', description, tasks, ...(report && { report }) });
      return jobId;
    },
    async job({ jobId }) {
      const job = jobs.find((one) => one.jobId === jobId);
      return job === undefined ? { state: 'absent' } : present(job);
    },
    async *list() {
      yield* jobs.toReversed();
    },
    async confirm({ jobId }) {
      const index = jobs.findIndex((one) => one.jobId === jobId);
      const job = jobs[index];
      if (job !== undefined) jobs[index] = { ...job, status: 'Complete', tasks: { total: 1, succeeded: 1, failed: 0 } };
    },
    async failures({ jobId }) {
      const rows = reports.get(jobId);
      return rows === undefined ? { state: 'absent' } : present(rows);
    },
  };
}
