import {
  CANARY_EVERY_MS,
  CANARY_PARTS_EVERY_MS,
  CANARY_PREFIX,
  expiresCanaries,
  type LinkCanaries,
} from '../model/canary.ts';
import type { ReplicationRule } from '../model/bucket-settings.ts';
import { covers, enabledRules } from '../model/link-rules.ts';
import { valueOf } from '../model/observation.ts';

/** The watch runs every minute, now and then a little early. */
const SLACK_MS = 30_000;

/** No lifecycle rule clears them away · our role may use no KMS key of the source · no rule replicates both of them. */
export type CanaryOff = 'not-expired' | 'no-key' | 'not-replicated';

/** What canaries of a link are written with, or why there are none. */
export type CanaryStance = CanaryWish | { readonly off: CanaryOff };

/** The key of those under SSE-KMS, and the tags without which no rule selects them. */
export interface CanaryWish {
  readonly kmsKeyId: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Whether canaries may be written to the source of a link: only where they are cleared away, and can show something. */
export function canaryStance({ link, settings }: Pick<LinkCanaries, 'link' | 'settings'>): CanaryStance {
  if (!expiresCanaries(valueOf(settings.lifecycle) ?? [])) return { off: 'not-expired' };
  const { kmsKeys } = link.source;
  const usual = valueOf(settings.encryption)?.kmsKeyId;
  const kmsKeyId = kmsKeys.find((key) => key === usual) ?? kmsKeys[0];
  if (kmsKeyId === undefined) return { off: 'no-key' };
  const tags = tagsOfRules(enabledRules(valueOf(settings.replication), link));
  if (tags === undefined) return { off: 'not-replicated' };
  return Object.keys(tags).length === 0 ? { kmsKeyId } : { kmsKeyId, tags };
}

/** The fewest that have the canaries replicated, SSE-KMS and all; `undefined`: none do. The rule with the highest priority decides. */
function tagsOfRules(rules: readonly ReplicationRule[]): CanaryWish['tags'] {
  const byPriority = rules.toSorted((a, b) => b.priority - a.priority);
  const choices = [{}, ...byPriority.map(({ tags }) => tags)];
  return choices
    .toSorted((a, b) => Object.keys(a).length - Object.keys(b).length)
    .find((tags) => byPriority.find((each) => covers(each, { prefix: CANARY_PREFIX, tags }))?.kmsObjects === true);
}

/** Whether it is time for the next round. */
export function isCanaryDue({ rounds }: Pick<LinkCanaries, 'rounds'>, now: Date): boolean {
  const last = rounds.at(-1);
  return last === undefined || now.getTime() - last.writtenAt.getTime() >= CANARY_EVERY_MS - SLACK_MS;
}

/** Whether the next round is to have one that is uploaded in parts. */
export function isPartsDue({ partsWrittenAt }: Pick<LinkCanaries, 'partsWrittenAt'>, now: Date): boolean {
  return partsWrittenAt === undefined || now.getTime() - partsWrittenAt.getTime() >= CANARY_PARTS_EVERY_MS - SLACK_MS;
}
