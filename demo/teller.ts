import { formatBytes, printable } from '../src/cli/printable.ts';
import type { AlertEvent } from '../src/model/alert.ts';
import { fit } from './columns.ts';
import type { Mark, Screen } from './screen.ts';

/** Shows alerts one by one to programs, and to people one line for what was said of one version at one time. */
export interface Teller {
  tell(event: AlertEvent): void;
  /** Tells programs of it, and people nothing. */
  record(event: AlertEvent): void;
  /** Shows at once what was held back. */
  flush(): void;
}

/** Two witnesses of one reading arrive that close to each other. */
const HELD_BACK_MS = 300;

/** What a line takes beside the name of the object: mark, size, code, witnesses and seconds, with what is between them. */
const REST_COLUMNS = { mark: 2, sizeBytes: 11, code: 31, witnesses: 15, seconds: 8 };

/** Where less is left for the name, the size gives way. */
const ENOUGH_NAME_COLUMNS = 28;
const LEAST_NAME_COLUMNS = 16;
const MOST_NAME_COLUMNS = 52;

export function createTeller(screen: Screen): Teller {
  const held = new Map<string, AlertEvent[]>();
  const { mark, sizeBytes, code, witnesses, seconds } = REST_COLUMNS;
  const left = screen.columns - mark - sizeBytes - code - witnesses - seconds;
  const showsSize = left >= ENOUGH_NAME_COLUMNS;
  const nameColumns = Math.min(MOST_NAME_COLUMNS, Math.max(LEAST_NAME_COLUMNS, showsSize ? left : left + sizeBytes));

  function show(name: string): void {
    const events = held.get(name);
    const [first] = events ?? [];
    if (events === undefined || first === undefined) return;
    held.delete(name);
    const { data, subject } = first;
    const size = data.evidence['sizeBytes'];
    const cells = [
      fit(printable(subject).replace(/^s3:\/\/(.*?)(\?versionId=[^?]*)?$/u, '$1'), nameColumns),
      ...(showsSize ? [(typeof size === 'number' ? formatBytes(size) : '').padStart(sizeBytes - 2)] : []),
      data.code.padEnd(code - 2),
      witnessesOf(events).padEnd(witnesses - 2),
      secondsOf(first).padStart(seconds - 2),
    ];
    screen.line(cells.join('  '), markOf(first));
  }

  const record: Teller['record'] = (event) => screen.record({ type: 'alert', alert: event });

  return {
    record,
    tell(event) {
      record(event);
      const name = JSON.stringify([event.subject, event.data.code]);
      const events = held.get(name);
      if (events !== undefined) {
        events.push(event);
        return;
      }
      held.set(name, [event]);
      setTimeout(() => show(name), HELD_BACK_MS);
    },
    flush() {
      for (const name of held.keys()) show(name);
    },
  };
}

function markOf({ data: { verdict } }: AlertEvent): Mark {
  if (verdict === 'violated') return 'found';
  return verdict === 'verified' ? 'ok' : 'note';
}

/** With what the bytes were compared, where the damage is, or why nothing could be said. */
function witnessesOf(events: readonly AlertEvent[]): string {
  const words = events.flatMap(({ data: { evidence, proves } }) => [
    evidence['algorithm'] ?? (evidence['against'] === 'etag' ? 'ETag' : evidence['reason']),
    evidence['damagedPart'] && `part ${evidence['damagedPart']}`,
    proves === 'recorded' ? 'not read' : undefined,
  ]);
  return words.filter(Boolean).join(', ');
}

/** From what S3 said had happened until the alert was made. */
function secondsOf({ time, data: { event } }: AlertEvent): string {
  return event === undefined ? '' : `${((Date.parse(time) - Date.parse(event.at)) / 1_000).toFixed(1)} s`;
}
