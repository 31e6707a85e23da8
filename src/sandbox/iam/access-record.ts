import { isAdmin, roleName } from '../credentials.ts';
import type { Principal } from '../service.ts';
import type { PolicyDecision, Grant } from './policy.ts';

/** What was asked of the policies of a role, how often, and what they said. */
export interface AccessCount {
  /** Name of the role, or of the user. */
  readonly role: string;
  readonly region: string;
  readonly action: string;
  /** The pattern of the role's own policy that allowed it; where none did, the ARN that was asked for. */
  readonly resource: string;
  /** Values of the conditions that held, as `key=value`, in the words of the policy. */
  readonly conditions: readonly string[];
  /** What the policies of the role alone say: `silent` is no permission, though a resource's own policy may give it. */
  readonly byRole: PolicyDecision;
  readonly count: number;
}

export interface Judged {
  readonly principal: Principal;
  readonly region: string;
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  readonly byRole: PolicyDecision;
  readonly grants: readonly Grant[];
}

/** Remembers by which words of which role requests were judged. What an administrator does is judged by nobody. */
export interface AccessRecord {
  note(judged: Judged): void;
  /** In the order in which each was first seen. */
  counts(): readonly AccessCount[];
  reset(): void;
}

/** Of questions that no policy allowed, each of which names its own ARN: more are counted under `*`. */
const MOST_REFUSED = 1_000;

export function createAccessRecord(): AccessRecord {
  const counts = new Map<string, AccessCount>();
  let refused = 0;

  function add(one: Omit<AccessCount, 'count'>): void {
    const id = JSON.stringify(one);
    const known = counts.get(id);
    if (known === undefined && one.byRole !== 'allow') refused += 1;
    counts.set(id, { ...one, count: (known?.count ?? 0) + 1 });
  }

  return {
    note({ principal, region, action, resource, byRole, grants }) {
      if (isAdmin(principal)) return;
      const one = { role: roleName(principal.arn), region, action };
      if (byRole === 'allow')
        for (const grant of grants) add({ ...one, resource: grant.resource, conditions: grant.conditions, byRole });
      else add({ ...one, resource: refused < MOST_REFUSED ? resource : '*', conditions: [], byRole });
    },
    counts: () => [...counts.values()],
    reset() {
      counts.clear();
      refused = 0;
    },
  };
}
