import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes long wherever it runs, longest first; a new file that takes half a minute belongs here. */
const LONGEST: readonly string[] = [
  'demo/show',
  'demo/replication-mapping',
  'demo/unknown-replica-fault',
  'simulation/outage',
  'sandbox/failover',
  'sandbox/flood',
  'simulation/replication.property',
  'demo/missing-mapping',
  'infrastructure/least-privilege',
  'demo/folder',
  'demo/',
  'monitor-follow-up-delivery',
  'contract/',
  'simulation/',
  'smoke/',
  'infrastructure/',
  'console/',
  'sandbox/',
  'repository/',
  'cli/',
];

/** A machine that runs the longest test last waits for it alone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.includes(`/test/${name}`));
      return at === -1 ? LONGEST.length : at;
    };
    return files.toSorted((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}
