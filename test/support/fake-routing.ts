import type { RoutingBooks } from '../../src/cli/services.ts';
import type { BucketConfig } from '../../src/model/config.ts';
import type { CapacityReport } from '../../src/model/capacity.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Probe, RouteFreeze } from '../../src/model/routing.ts';
import type { KeptChange } from '../../src/ports.ts';

/** What the steering ledger knows of access points, with its memory open to the test. */
export interface FakeRoutingBooks extends RoutingBooks {
  readonly seen: Probe[];
  /** In the order of their ids. */
  readonly kept: KeptChange[];
  readonly reports: CapacityReport[];
  readonly frozen: RouteFreeze[];
  readonly left: Manifest[];
}

export function createFakeRoutingBooks(): FakeRoutingBooks {
  const [seen, kept, reports, frozen, left]: [Probe[], KeptChange[], CapacityReport[], RouteFreeze[], Manifest[]] = [
    [],
    [],
    [],
    [],
    [],
  ];
  return {
    seen,
    kept,
    reports,
    frozen,
    left,
    probes: {
      recent: async ({ mrap, region }, { since }) =>
        seen.filter((probe) => probe.mrap === mrap && probe.region === region && probe.at >= since),
    },
    history: {
      async claim(change, { after, holder }) {
        if (kept.at(-1)?.id !== after) return undefined;
        const claimed = { ...change, id: String(kept.length + 1).padStart(8, '0'), holder, revision: 1 };
        kept.push(claimed);
        return claimed;
      },
      async update(change) {
        const index = kept.findIndex(({ id, revision }) => id === change.id && revision === change.revision);
        if (index === -1) return undefined;
        const updated = { ...change, revision: change.revision + 1 };
        kept[index] = updated;
        return updated;
      },
      list: async (mrap) => kept.filter((change) => change.mrap === mrap),
    },
    readiness: { read: async (region) => reports.find((report) => report.region === region) },
    freezes: {
      put: async (_mrap, freeze) => void frozen.push(freeze),
      list: async () => frozen,
      lift: async () => frozen.splice(0).length,
    },
    manifests: {
      put: async (manifest) => void left.push(manifest),
      get: async ({ id }) => left.find(({ change }) => change === id),
    },
  };
}

/** What a prober leaves that had an answer. */
export function toProbe(mrap: string, { bucket, region }: BucketConfig): Probe {
  return { mrap, observer: 'here', region, bucket, at: new Date(0), plain: 'answered', latencyMs: 42 };
}
