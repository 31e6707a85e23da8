import { HoldfastError } from '../errors.ts';
import { isEffective } from '../gather/prove-effect.ts';
import type { Route, RouteChange, RoutePlan } from '../model/routing.ts';
import { sameRoutes } from '../policy/route-table.ts';
import type { Call, KeptChange, RouteCall, RouteSubmission } from '../ports.ts';
import type { MrapPlace } from './mrap-options.ts';
import type { RoutingBooks } from './services.ts';

/** Time between two reads that are to prove the effect, in milliseconds; as many as probes must agree. */
const ASK_EVERY_MS = 1_000;

export interface ChangeRequest {
  readonly plan: RoutePlan;
  readonly stage: string;
  /** Id of the last change that the plan knows of; absent: none. */
  readonly after?: string;
  /** Whether the steering ledger is kept up: without it the change is made all the same, and nobody is told. */
  readonly ledgerReachable: boolean;
  /** How long to wait for the proof, in milliseconds. */
  readonly waitMs: number;
  /** Told of every step. */
  readonly say: (text: string) => void;
}

/** How a change ended. All but `accepted` changed nothing that we know of. */
export type ChangeEnd =
  /** Somebody else decided at the same time. */
  | { readonly kind: 'raced' }
  /** The routes are not those of the plan any more. */
  | { readonly kind: 'moved'; readonly routes: readonly Route[] }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** No Region of the control plane answered: it may have been taken all the same. */
  | { readonly kind: 'unanswered'; readonly reason: string }
  | {
      readonly kind: 'accepted';
      readonly by: string;
      readonly submittedAt: Date;
      readonly acceptedAt: Date;
      /** Absent: not proved in time. */
      readonly effectiveAt?: Date;
    };

/** Carries out a plan that a person has confirmed: remembered first, then done, then proved. */
export async function changeRoutes(place: MrapPlace, request: ChangeRequest, call: Call): Promise<ChangeEnd> {
  const { mrap, services } = place;
  const { plan, after, say } = request;
  const { from, to, leaving } = plan;
  if (from === undefined || to === undefined)
    throw new HoldfastError('invalid-config', 'cli', 'the routes are not known');
  const [avoid] = leaving;
  const asked = { ...call, ...(avoid === undefined ? {} : { avoid }) };
  const log = createLog(services.stack(request.stage).routing, request, call);
  const claimed = await log.claim(toChange(place, { from, to, plan }), after);
  if (!claimed) return { kind: 'raced' };

  const now = await services.routes.read(mrap.arn, asked);
  if (now.state !== 'present' || !sameRoutes(now.value.routes, from)) {
    await log.note({ abandoned: 'the routes were others than those of the plan' });
    return { kind: 'moved', routes: now.state === 'present' ? now.value.routes : [] };
  }
  const submittedAt = services.clock.now();
  await log.note({ submittedAt });
  const updates = to.filter(({ bucket, dial }) => from.find((route) => route.bucket === bucket)?.dial !== dial);
  const answer = await submit(place, { to, updates }, asked);
  if (answer.kind === 'unanswered') return answer; // the controllers look what came of it, and finish what they find
  if (answer.kind !== 'accepted') {
    await log.note({ abandoned: answer.kind === 'conflict' ? 'somebody else changed the routes' : answer.reason });
    return answer;
  }
  const acceptedAt = services.clock.now();
  await log.note({ acceptedAt });
  say(`${answer.by} accepted it after ${seconds(acceptedAt, submittedAt)}; reads through the access point follow …`);
  const effectiveAt = await proveEffect(place, request, call);
  if (effectiveAt !== undefined) {
    const proofs = [{ observer: 'the person who changed it', at: effectiveAt }];
    await log.note({ effectiveAt, proofs });
  }
  return {
    kind: 'accepted',
    by: answer.by,
    submittedAt,
    acceptedAt,
    ...(effectiveAt === undefined ? {} : { effectiveAt }),
  };
}

/** Where nobody answered, the routes say whether it was taken. */
async function submit(
  { mrap, services }: MrapPlace,
  { to, updates }: { readonly to: readonly Route[]; readonly updates: readonly Route[] },
  call: RouteCall,
): Promise<RouteSubmission | { readonly kind: 'unanswered'; readonly reason: string }> {
  try {
    return await services.routes.submit(mrap.arn, updates, call);
  } catch (error) {
    if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
    const now = await services.routes.read(mrap.arn, call).catch(() => undefined);
    return now?.state === 'present' && sameRoutes(now.value.routes, to)
      ? { kind: 'accepted', by: now.value.readFrom }
      : { kind: 'unanswered', reason: error.message };
  }
}

function toChange(
  { mrap, services }: MrapPlace,
  { from, to, plan }: { readonly from: readonly Route[]; readonly to: readonly Route[]; readonly plan: RoutePlan },
): Omit<RouteChange, 'id'> {
  const [away] = plan.leaving;
  return {
    mrap: mrap.name,
    decidedAt: services.clock.now(),
    by: 'person',
    kind: plan.kind,
    from,
    to,
    reasons: plan.reasons.map(({ guard, standing, text }) => `${guard} (${standing}): ${text}`),
    ...(away === undefined ? {} : { away }),
  };
}

/** What is written into the history; nothing where the ledger is out of reach, which must not keep a person from acting. */
function createLog({ history }: RoutingBooks, { ledgerReachable, say }: ChangeRequest, call: Call) {
  let kept: KeptChange | undefined;
  const lost = (error: unknown): void => {
    if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
    say(`the steering ledger does not answer any more, and is not told: ${error.message}`);
    kept = undefined;
  };
  return {
    /** Whether the change is ours to make. */
    async claim(change: Omit<RouteChange, 'id'>, after: string | undefined): Promise<boolean> {
      if (!ledgerReachable) return true;
      kept = await history.claim(change, { after, holder: 'person', ...call });
      return kept !== undefined;
    },
    async note(news: Partial<RouteChange>): Promise<void> {
      if (kept === undefined) return;
      try {
        // Whoever else has written, such as an observer with a proof of its own, knows more by now: then it stays as it is.
        kept = (await history.update({ ...kept, ...news }, call)) ?? (await again(kept, news));
      } catch (error) {
        lost(error);
      }
    },
  };

  async function again(known: KeptChange, news: Partial<RouteChange>): Promise<KeptChange | undefined> {
    const changes = await history.list(known.mrap, { since: known.decidedAt, ...call });
    const newest = changes.find(({ id }) => id === known.id);
    return newest && history.update({ ...newest, ...news }, call);
  }
}

/** When enough reads in a row were answered from where the traffic is to go; `undefined`: not in this time. */
async function proveEffect(
  { mrap, services }: MrapPlace,
  { plan, waitMs }: ChangeRequest,
  call: Call,
): Promise<Date | undefined> {
  const deadlineMs = services.clock.now().getTime() + waitMs;
  const question = { arn: mrap.arn, to: plan.to ?? [], times: 1 };
  let inARow = 0;
  while (services.clock.now().getTime() <= deadlineMs) {
    inARow = (await isEffective(question, { reader: services.through }, call)) ? inARow + 1 : 0;
    if (inARow >= mrap.failover.confirmations) return services.clock.now();
    await services.wait(ASK_EVERY_MS, call.signal);
  }
  return undefined;
}

function seconds(later: Date, earlier: Date): string {
  return `${((later.getTime() - earlier.getTime()) / 1_000).toFixed(1)} s`;
}
