import type { AlertData, AlertEvent, RenderedAlert } from '../model/alert.ts';
import type { AlertState } from '../model/alert-state.ts';
import type { PairConfig } from '../model/config.ts';
import { toAttributes } from './attributes.ts';
import { toMessageJson, weightBytes } from './cut.ts';
import { type AlertPlace, listCommand } from './notice-commands.ts';
import { type Notice, type Room, toAlertData } from './notice-data.ts';
import { renderEmail } from './notice-email.ts';
import { formatSubject, regionOf } from './subject.ts';

/** Most that the event may weigh in a message, in bytes: half of what SNS takes, because the e-mail stands beside it. */
const EVENT_BYTES = 128 * 1_024;

/** Tried in this order until the event is light enough; the last always is. */
const ROOMS: readonly [Room, ...Room[]] = [
  { examples: 10, members: 60, text: 24_000 },
  { examples: 10, members: 60, text: 2_000 },
  { examples: 3, members: 30, text: 500 },
  { examples: 1, members: 12, text: 200 },
];

export interface NoticePlace extends AlertPlace {
  /** Those of the configuration, so that what concerns a bucket concerns its pairs; absent: none. */
  readonly pairs?: readonly PairConfig[];
}

/** One notice of one cause, for every protocol. Never too large to be sent, whatever is in it. */
export function renderNotice(state: AlertState, notice: Notice, { pairs = [], ...place }: NoticePlace): RenderedAlert {
  const { finding } = state;
  const event = lightest(state, notice, place);
  const test = notice.test === undefined ? {} : { test: notice.test };
  return {
    event,
    title: event.data.title,
    attributes: toAttributes({ finding, severity: notice.severity, state: notice.state, pairs, ...test }),
    message: toMessageJson({
      default: toMessageJson(event),
      email: renderEmail(state, notice, place),
      sms: event.data.title,
    }),
  };
}

function lightest(state: AlertState, notice: Notice, place: AlertPlace): AlertEvent {
  const list = listCommand(state.fingerprint, place);
  const within = (room: Room): AlertEvent => toEvent(notice, toAlertData(state, notice, { room, list }));
  const [roomiest, ...smaller] = ROOMS;
  let event = within(roomiest);
  for (const room of smaller) {
    if (weightBytes(toMessageJson(event)) <= EVENT_BYTES) return event;
    event = within(room);
  }
  return event;
}

function toEvent({ id, at }: Notice, data: AlertData): AlertEvent {
  return {
    specversion: '1.0',
    id,
    source: `urn:holdfast:${regionOf(data.subject)}`,
    type: 'holdfast.alert.v1',
    subject: formatSubject(data.subject),
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data,
  };
}
