import { type DrillReport, rpoShownMs, rtoMs, stepsOf } from '../model/drill.ts';
import { formatAmount, formatDuration } from '../model/quantity-text.ts';
import { PROBE_EVERY_MS } from '../model/probe-canary.ts';

/** What the figures of a drill say about the configuration, one plain sentence each. */
export function lessonsOf({ legs, settings, region }: Omit<DrillReport, 'lessons'>): readonly string[] {
  const { mode, rpoMs, coolDownMs, confirmations } = settings;
  const [there, back] = legs;
  if (there === undefined) return [];
  const lessons: string[] = [];
  if (there.failure !== undefined) lessons.push(`The traffic stayed in ${region}: ${there.failure}.`);
  const leaving = stepsOf(there);
  const detect = leaving.find(({ step }) => step === 'detect')?.ms;
  if (detect !== undefined) {
    const [least, most] = [confirmations - 1, confirmations].map((rounds) => formatDuration(rounds * PROBE_EVERY_MS));
    lessons.push(
      `Detection took ${formatDuration(detect)}: ${confirmations} failed probes, one every ${formatDuration(PROBE_EVERY_MS)}, take ${least} to ${most}; fewer confirmations are faster and believe less evidence.`,
    );
  }
  const slowest = leaving.toSorted((a, b) => b.ms - a.ms)[0];
  const rto = rtoMs(there);
  if (slowest !== undefined && rto !== undefined)
    lessons.push(`Of ${formatDuration(rto)} until the traffic was proved to go elsewhere, most was "${slowest.step}".`);
  if (mode !== 'automatic')
    lessons.push(
      'A person decided, and at once: at night the step "decide" is as long as it takes somebody to wake up.',
    );
  const rpo = rpoShownMs(there);
  if (rpo === undefined)
    lessons.push(
      'Nobody knew what would be lost: without checkpoints of the last minutes, no automatic failover happens.',
    );
  else if (rpo > rpoMs / 2)
    lessons.push(
      `The RPO that was shown, ${formatDuration(rpo)}, is more than half of the budget of ${formatDuration(rpoMs)}: a busier hour would be refused.`,
    );
  const versions = there.dataAtRisk?.versions ?? 0;
  if (versions > 0)
    lessons.push(
      `${formatAmount(versions, 'version')} would have been missing until ${region} came back: holdfast routes --manifest lists them.`,
    );
  if (back?.failure !== undefined) lessons.push(`The way back failed: ${back.failure}.`);
  const waited = back === undefined ? undefined : stepsOf(back).find(({ step }) => step === 'decide')?.ms;
  if (waited !== undefined)
    lessons.push(
      `Failback waited ${formatDuration(waited)} after the Region answered again; the cool-down alone is ${formatDuration(coolDownMs)}.`,
    );
  return lessons;
}
