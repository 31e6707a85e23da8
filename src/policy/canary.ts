import {
  CANARY_EVERY_MS,
  CANARY_PARTS_EVERY_MS,
  CANARY_PREFIX,
  expiresCanaries,
  type LinkCanaries,
} from '../model/canary.ts';
import { covers, enabledRules } from '../model/link-rules.ts';
import { valueOf } from '../model/observation.ts';

/** The watch runs every minute, now and then a little early. */
const SLACK_MS = 30_000;

/** No lifecycle rule clears them away · our role may use no KMS key of the source · no rule replicates both of them. */
export type CanaryOff = 'not-expired' | 'no-key' | 'not-replicated';

/** The key that canaries of a link are written with, or why there are none. */
export type CanaryStance = { readonly kmsKeyId: string } | { readonly off: CanaryOff };

/** Whether canaries may be written to the source of a link: only where they are cleared away, and can show something. */
export function canaryStance({ link, settings }: Pick<LinkCanaries, 'link' | 'settings'>): CanaryStance {
  if (!expiresCanaries(valueOf(settings.lifecycle) ?? [])) return { off: 'not-expired' };
  const { kmsKeys } = link.source;
  const usual = valueOf(settings.encryption)?.kmsKeyId;
  const kmsKeyId = kmsKeys.find((key) => key === usual) ?? kmsKeys[0];
  if (kmsKeyId === undefined) return { off: 'no-key' };
  const canary = { prefix: CANARY_PREFIX, tags: {} };
  const [rule] = enabledRules(valueOf(settings.replication), link)
    .filter((each) => covers(each, canary))
    .toSorted((a, b) => b.priority - a.priority);
  return rule?.kmsObjects === true ? { kmsKeyId } : { off: 'not-replicated' };
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
