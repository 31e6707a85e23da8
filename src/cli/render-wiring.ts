import { type DocumentEntry, targetOf } from '../model/wiring.ts';
import type { UnseenEvent, WiringPlan } from '../policy/wiring.ts';
import { entryId } from '../policy/wiring.ts';
import { printable } from './printable.ts';
import type { PlannedBucket, WiringState } from './wire-bucket.ts';
import type { PlannedSetting } from './wire-settings.ts';

const STATES: Readonly<Record<WiringState, string>> = {
  right: 'as it should be',
  planned: 'to be changed',
  changed: 'changed',
  'by-hand': 'to be changed by somebody of its account',
  refused: 'NOT changed',
};

/** One bucket as a block of text. Commands stand on a line of their own, as they are to be run. */
export function renderWiring({ task, state, plan, problem, commands }: PlannedBucket): string {
  const { pair, bucket, stage } = task;
  const lines = [
    `${pair}: ${bucket.bucket} (${bucket.region}): ${STATES[state]}`,
    ...(problem === undefined ? [] : [`  problem  ${printable(problem)}`]),
    ...(plan === undefined ? [] : describePlan(plan, stage)),
    ...(state === 'by-hand' ? [`  by hand  with credentials of account ${bucket.account}:`] : []),
    ...(state === 'planned' || state === 'by-hand' ? commands.map((command) => `    ${command}`) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function describePlan({ direct, bridged, unseen, rule, eventBridge }: WiringPlan, stage: string): readonly string[] {
  return [
    ...(direct.length === 0 ? [] : [`  entry    ${entryId(stage)}: ${direct.join(', ')}`]),
    ...bridged.map((one) => `  bridge   ${one.event} by EventBridge: ${describeTakers(one)} already`),
    ...unseen.map((one) => `  UNSEEN   ${one.event}: ${describeTakers(one)}, and there is no other way`),
    ...(rule.kind === 'put' || rule.kind === 'keep' ? [`  rule     ${rule.rule.name}`] : []),
    ...(rule.kind === 'remove' ? [`  rule     ${rule.name} is removed`] : []),
    ...BRIDGE[eventBridge],
  ];
}

const BRIDGE: Readonly<Record<WiringPlan['eventBridge'], readonly string[]>> = {
  unchanged: [],
  'turn-on': ['  note     EventBridge is switched on for the bucket: it takes about five minutes to begin'],
  'turn-off': ['  note     EventBridge is switched off again, as it was before'],
  'left-on': ['  note     EventBridge was switched on by wire; other rules listen by now, so it stays on'],
};

function describeTakers({ takenBy }: UnseenEvent): string {
  return `${takenBy.map((entry) => describeEntry(entry)).join(' and ')} ${takenBy.length === 1 ? 'has' : 'have'} it`;
}

function describeEntry(entry: DocumentEntry): string {
  return printable(`entry ${JSON.stringify(entry.Id ?? '')} to ${targetOf(entry)}`);
}

const SETTING_STATES: Readonly<Record<PlannedSetting['state'], string>> = {
  offered: 'not asked for: --with rtc adds it',
  planned: 'to be changed',
  changed: 'changed',
  'by-hand': 'to be changed by somebody of its account',
  refused: 'NOT changed',
};

/** One proposal as a block of text. */
export function renderSetting({ bucket, state, proposed, problem }: PlannedSetting): string {
  const lines = [
    `${bucket.bucket} (${bucket.region}), ${proposed?.proposal ?? 'settings'}: ${SETTING_STATES[state]}`,
    ...(problem === undefined ? [] : [`  problem  ${printable(problem)}`]),
    ...(proposed === undefined ? [] : [`  what     ${proposed.what}`, `  costs    ${proposed.costs}`]),
    ...(proposed !== undefined && (state === 'planned' || state === 'by-hand') ? [`    ${proposed.command}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** One bucket for a program. */
export function toWiringRecord({ task, state, plan, problem, commands }: PlannedBucket): object {
  const { pair, bucket, queueArn } = task;
  return {
    kind: 'wiring',
    pair,
    bucket: bucket.bucket,
    region: bucket.region,
    state,
    queue: queueArn,
    ...(plan === undefined
      ? {}
      : {
          direct: plan.direct,
          bridged: plan.bridged,
          unseen: plan.unseen,
          rule: plan.rule,
          eventBridge: plan.eventBridge,
          document: plan.document,
        }),
    ...(problem === undefined ? {} : { problem }),
    commands,
  };
}

/** One proposal for a program. */
export function toSettingRecord({ bucket, state, proposed, problem }: PlannedSetting): object {
  const { proposal, what, costs, command } = proposed ?? {};
  return {
    kind: 'proposal',
    bucket: bucket.bucket,
    region: bucket.region,
    state,
    ...(proposed === undefined ? {} : { proposal, what, costs, command }),
    ...(problem === undefined ? {} : { problem }),
  };
}
