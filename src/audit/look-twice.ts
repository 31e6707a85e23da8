import type { Finding } from '../model/finding.ts';
import type { ListedEntry } from '../model/listing-page.ts';
import type { VersionPair } from '../model/version-order.ts';
import type { Call } from '../ports.ts';
import type { AuditControl } from './audit-control.ts';
import type { Gate } from './gate.ts';
import { type AuditedLink, lookAtVersion, type LookWorld } from './look-at-version.ts';
import type { Outcome } from './outcome.ts';
import type { ShardTally } from './shard-tally.ts';

/** What looking at differences takes. */
export interface LookMeans {
  readonly world: LookWorld;
  readonly control: AuditControl;
  /** Looks and readings at once, of all shards together. */
  readonly gate: Gate;
  /** Resolves after this time. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of versions that were looked at. */
  readonly onLooked: () => void;
}

/** A version that is not as it should be, until it has been seen again. */
interface Suspect {
  readonly pair: VersionPair<ListedEntry>;
  readonly seen: ReadonlySet<string>;
  readonly seenAt: number;
}

interface LookSurroundings {
  readonly means: LookMeans;
  readonly call: Call;
  /** Told of versions that turned out to be the same at both sides, as far as is recorded. */
  readonly onProved: (pair: VersionPair<ListedEntry>) => void;
}

/** The two looks at each difference of one shard. */
export interface DoubleLook {
  first(pair: VersionPair<ListedEntry>): Promise<void>;
  /** Looks again at what was not as it should be, until two looks agree. */
  confirm(gapMs: number): Promise<void>;
}

/** Looks until two of them agree; a version that changes each time is left to the next audit. */
const MOST_LOOKS = 4;

export function createDoubleLook(
  audited: AuditedLink,
  tally: ShardTally,
  { means, call, onProved }: LookSurroundings,
): DoubleLook {
  const { world, control, gate } = means;
  const suspects: Suspect[] = [];

  function settle(pair: VersionPair<ListedEntry>, outcome: Outcome, before?: ReadonlySet<string>): void {
    if (outcome.state === 'found') {
      const entry = pair.source ?? pair.replica;
      const isConfirmed = (finding: Finding): boolean => before?.has(nameOf(finding)) === true;
      const again = outcome.findings.filter((finding) => isConfirmed(finding));
      const fresh = outcome.findings.filter((finding) => !isConfirmed(finding));
      if (entry !== undefined) tally.found(entry, again);
      if (fresh.length > 0) {
        suspects.push({ pair, seen: new Set(fresh.map(nameOf)), seenAt: world.clock.now().getTime() });
      }
      control.suspect(again.length + (fresh.length > 0 ? 1 : 0));
    } else if (outcome.state === 'expected') tally.expect(outcome.reason);
    else {
      tally.count(outcome.state);
      if (outcome.state === 'proved') onProved(pair);
    }
  }

  async function look(pair: VersionPair<ListedEntry>, before?: ReadonlySet<string>): Promise<void> {
    await gate.run(async () => {
      control.check();
      settle(pair, await lookAtVersion(pair, audited, { world, call }), before);
      means.onLooked();
    });
  }

  return {
    first: async (pair) => look(pair),
    async confirm(gapMs) {
      for (let looks = 1; suspects.length > 0 && looks < MOST_LOOKS; looks += 1) {
        const round = suspects.splice(0);
        const due = Math.max(...round.map(({ seenAt }) => seenAt)) + gapMs;
        const ms = due - world.clock.now().getTime();
        if (ms > 0) await means.wait(ms, call.signal);
        await Promise.all(round.map(async ({ pair, seen }) => look(pair, seen).finally(() => control.suspect(-1))));
      }
      tally.expect('changes-all-the-time', suspects.length);
      control.suspect(-suspects.length);
    },
  };
}

function nameOf({ verdict, code }: Finding): string {
  return `${verdict} ${code}`;
}
