import type { AlertState } from '../model/alert-state.ts';
import type { Notice } from './notice-data.ts';

const QUIET = 'No new case came for days, so it is closed. Nobody has proved that the old ones are mended.';

/** Why this notice is sent now, in one or two sentences. */
export function whyTold(
  { count, healed, firstAt, lastAt, told, resolution, closing }: AlertState,
  { state }: Pick<Notice, 'state'>,
): string {
  const since = `since ${formatTime(firstAt)}`;
  const fresh = count - (told?.count ?? 0);
  const news =
    told === undefined || fresh <= 0
      ? ''
      : ` ${sayCases(fresh)} more than in the last notice, the latest at ${formatTime(lastAt)}.`;
  const mended = healed === 0 ? '' : ` ${healed.toLocaleString('en-US')} of them healed meanwhile.`;
  switch (state) {
    case 'opened':
      return told === undefined
        ? `New: ${sayCases(count)} ${since}.${mended}`
        : `Open ${since}, ${sayCases(count)} so far.${news}${mended}`;
    case 'repeated':
      return `Still open ${since}, ${sayCases(count)} so far.${news}${mended}`;
    case 'resolved': {
      const closed = closing === undefined ? 'A person closed it.' : `${closing.by} closed it: ${closing.reason}.`;
      const how = resolution === 'quiet' ? QUIET : resolution === 'closed' ? closed : 'Its cause is gone.';
      return `Resolved. It was open ${since} and had ${sayCases(count)}.${mended} ${how}`;
    }
    case 'noted':
      return `For the record: ${sayCases(count)} ${since}.`;
    default:
      return state satisfies never;
  }
}

function sayCases(count: number): string {
  return `${count.toLocaleString('en-US')} case${count === 1 ? '' : 's'}`;
}

/** `2026-11-02 08:00:10 UTC` */
export function formatTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
