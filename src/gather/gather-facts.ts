import type { VerifyRule } from '../model/config.ts';
import { formatETag } from '../model/etag.ts';
import type { FactName, ObjectFacts, ObjectState } from '../model/facts.ts';
import type { Link } from '../model/link.ts';
import type { Look } from '../model/look.ts';
import { isImmutable } from '../model/object.ts';
import { type Observation, present } from '../model/observation.ts';
import type { Call, OpenContent, Ports } from '../ports.ts';
import { gatherDeclared } from './declared-digests.ts';
import { gatherAwaited } from './gather-awaited.ts';
import { gatherFollowed } from './gather-followed.ts';
import { gatherReport } from './gather-report.ts';
import { continues, planReading } from './plan-reading.ts';
import { closeBody, type OpenReading, parseProgress, readContent } from './read-content.ts';

/** How long a look may take. */
export interface Budget extends Call {
  /** Fires while there is still time to save where a long reading stands. */
  readonly pause?: AbortSignal;
  /** Longest content that can be read in one go, in bytes; absent: no limit. */
  readonly readableBytes?: number;
}

export interface Inquiry {
  readonly look: Look;
  readonly rule: VerifyRule;
  /** Union of what the registered checks need. */
  readonly needs: ReadonlySet<FactName>;
  /** `false` where the event itself is the finding and no look could show more. */
  readonly looks: boolean;
  /** Links from the bucket of the object; of a look that follows, those to look at. */
  readonly links?: readonly Link[];
  /** Links that end in the bucket of the object, where its arrival is to be noticed. */
  readonly arrivals?: readonly Link[];
  readonly now: Date;
}

type World = Pick<Ports, 'objects' | 'ledger' | 'buckets' | 'pending'>;
type Gathered = Omit<ObjectFacts, 'event' | 'reach' | 'asked' | 'confirming'>;

/**
 * Looks at one object version as far as the look reaches: one HEAD, or one GET whose headers are the HEAD. Everything is
 * pinned, by version ID where it names one content for ever, by ETag otherwise.
 */
export async function gatherFacts(inquiry: Inquiry, world: World, budget: Budget): Promise<ObjectFacts> {
  const { look, rule, links = [], now } = inquiry;
  const known = {
    event: look.event,
    reach: look.reach,
    asked: rule.evidence,
    confirming: look.suspicion !== undefined,
  };
  if (look.follow !== undefined) {
    return { ...known, ...(await gatherFollowed({ look, follow: look.follow, rule, links, now }, world, budget)) };
  }
  if (!inquiry.looks) {
    const report = await gatherReport(look.event, links, world, budget);
    return { ...known, declared: [], ...(report && { report }) };
  }
  const gather = look.reach === 'recorded' ? gatherRecorded : gatherContent;
  return { ...known, ...(await gather(inquiry, world, budget)), lookedAt: now };
}

async function gatherRecorded(inquiry: Inquiry, world: World, call: Call): Promise<Gathered> {
  const { look, rule, needs, links = [], arrivals = [] } = inquiry;
  const { object } = look.event;
  // Asking for the checksum of an SSE-KMS object spends KMS requests; a reading that follows brings it anyway. But where there
  // are replicas, it saves asking the source again: without it nothing about an SSE-KMS object can be compared.
  const checksums = rule.evidence === 'stored-checksum' || (links.length > 0 && rule.evidence !== 'etag');
  const source = asOfEvent(await world.objects.head(object, { checksums, signal: call.signal }), look);
  if (source.state !== 'present') return { source, declared: [] };
  const awaited = await gatherAwaited({ event: look.event, source, links: arrivals }, world, call);
  const recorded = await gatherDeclarations({ look, rule, needs }, source.value, { world, call });
  return { source, ...(awaited.length === 0 ? {} : { awaited }), ...recorded };
}

/** What is declared of a version whose headers are known, as far as they are all that is looked at. */
async function gatherDeclarations(
  { look, rule, needs }: Pick<Inquiry, 'look' | 'rule' | 'needs'>,
  state: ObjectState,
  { world, call }: { readonly world: World; readonly call: Call },
): Promise<Gathered> {
  const { archive } = state;
  // A reading is bound to fail, and the headers say why: better than a GET that can only say "archived".
  if (archive !== undefined && rule.evidence === 'computed-checksum') {
    return { declared: [], content: { state: 'unreadable', reason: archive } };
  }
  const rules = needs.has('declared') && rule.evidence === 'stored-checksum' ? rule.declared : [];
  return gatherDeclared({ object: look.event.object, state, rules }, world.objects, call);
}

/** Without an immutable version ID the headers may be of later content than the event: the ETag tells. */
function asOfEvent(source: Observation<ObjectState>, { event }: Look): Observation<ObjectState> {
  if (source.state !== 'present' || isImmutable(event.object) || event.etag === undefined) return source;
  return formatETag(source.value.etag) === event.etag
    ? source
    : { state: 'unreadable', reason: 'overwritten-meanwhile' };
}

async function gatherContent(inquiry: Inquiry, world: World, budget: Budget): Promise<Gathered> {
  const { look } = inquiry;
  const { object, etag } = look.event;
  const resumed = look.resume === undefined ? undefined : parseProgress(look.resume);
  const ifMatch = resumed?.etag ?? (isImmutable(object) ? undefined : etag);
  const opened = await world.objects.read(object, {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(resumed === undefined ? {} : { fromByte: resumed.digest.offsetBytes }),
    signal: budget.signal,
  });
  if (opened.state !== 'present') return { source: opened, declared: [] };
  try {
    return await gatherOpen(inquiry, { ...opened.value, ...(resumed && { resumed }) }, { world, budget });
  } catch (error) {
    await closeBody(opened.value.body);
    throw error;
  }
}

type Opened = OpenContent & Pick<OpenReading, 'resumed'>;

async function gatherOpen(
  inquiry: Inquiry,
  { state, body, resumed }: Opened,
  { world, budget }: { readonly world: World; readonly budget: Budget },
): Promise<Gathered> {
  const { look, rule, needs } = inquiry;
  const { object } = look.event;
  const version = { ...object, ...(state.versionId === undefined ? {} : { versionId: state.versionId }) };
  const rules = needs.has('declared') ? rule.declared : [];
  const [declarations, baseline] = await Promise.all([
    gatherDeclared({ object: version, state, rules }, world.objects, budget),
    wantsBaseline(state, needs) ? world.ledger.baseline(version, state, budget) : undefined,
  ]);
  const confirming = look.suspicion !== undefined;
  const { declared } = declarations;
  const witnesses = { state, declared, ...(baseline && { baseline }), confirming };
  const inOneGo = state.sizeBytes <= (budget.readableBytes ?? Infinity);
  const plan =
    resumed === undefined
      ? planReading({ ...witnesses, inOneGo })
      : goesOf(resumed)
          .map((all) => planReading({ ...witnesses, inOneGo: all }))
          .find((wanted) => continues(wanted, resumed.digest));
  if (plan === undefined) {
    await closeBody(body);
    const { resume: _, ...fromTheStart } = look;
    return gatherContent({ ...inquiry, look: fromTheStart }, world, budget);
  }
  const read = await readContent(
    { object: version, body, state, confirming, plan, rule, ...(resumed && { resumed }) },
    world.objects,
    budget,
  );
  return { source: present(state), ...declarations, ...(baseline && { baseline }), ...read };
}

/** What `inOneGo` was when the pass began, likelier first: of a pass without parts the longer plan could ask for parts. */
function goesOf({ digest }: NonNullable<Opened['resumed']>): readonly boolean[] {
  return digest.parts === undefined ? [false, true] : [true, false];
}

function wantsBaseline({ checksums, etag }: ObjectState, needs: Inquiry['needs']): boolean {
  return needs.has('baseline') && checksums.length === 0 && etag.kind === 'opaque';
}
