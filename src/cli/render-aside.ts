import type { Observation } from '../model/observation.ts';
import { type AsidePlace, laneOf } from '../model/set-aside.ts';
import { formatDuration } from './duration-option.ts';
import type { Aside } from './hold-aside.ts';
import { printable } from './printable.ts';

/** `eu-west-1 poison`, `eu-west-1 reads dead letters`. */
export function nameOf({ region, queue }: AsidePlace): string {
  return `${region} ${queue === 'poison' ? 'poison' : `${queue} dead letters`}`;
}

export function renderAside({ message, contents }: Aside, now: Date): string {
  const { reason, from, event, bucket, key } = contents;
  const age = formatDuration(now.getTime() - message.sentAt.getTime());
  const about = [
    ...(from === undefined ? [] : [from]),
    ...(event === undefined ? [] : [event]),
    ...(bucket === undefined ? [] : [`s3://${bucket}/${key ?? ''}`]),
  ];
  const lines = [
    `  ${message.id}  ${message.sentAt.toISOString()}, ${age} ago`,
    ...(reason === undefined ? [] : [`    ${reason}`]),
    `    ${about.length === 0 ? 'of unknown origin' : about.join(' ')}`,
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

export function toAsideRecord({ place, message, contents }: Aside): object {
  const { record: _, ...about } = contents;
  const { id, sentAt, receiveCount } = message;
  return { kind: 'message', ...place, lane: laneOf(place), id, sentAt, receiveCount, ...about };
}

/** Why nothing can be said about a queue. */
export function renderUnseen(place: AsidePlace, stage: string, seen: Observation<undefined>): string {
  const why =
    seen.state === 'unreadable'
      ? `cannot be looked into: ${seen.reason}`
      : `there is no such queue: is the stage ${stage} deployed there?`;
  return `${nameOf(place)}: ${why}\n`;
}
