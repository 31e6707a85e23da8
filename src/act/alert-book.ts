import type { Action } from '../model/action.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import type { Call, Ports } from '../ports.ts';
import { identifyCase } from './identify-case.ts';

/** How long it is remembered what is open, in milliseconds: longer than a watch is ever down without anybody noticing. */
const KEPT_FOR_MS = 14 * 24 * 3_600_000;

/** An alert that went out and whose cause is still there. */
interface Open {
  /** Of the case. */
  readonly id: string;
  /** Fingerprint of its cause. */
  readonly cause: string;
  readonly code: FindingCode;
}

/** What one look at one thing led to. */
export interface Judged {
  readonly findings: readonly Finding[];
  /** The alerts among them that people are to hear. */
  readonly actions: readonly Action[];
}

/** What a watch has told people, from one run to the next: an alert goes out once, and again when its cause was gone in between. */
export interface AlertBook {
  /**
   * Publishes what is new about `topic` and answers its codes. What could not be judged this time leaves open what was open.
   */
  publish(topic: string, judged: Judged, call: Call): Promise<readonly FindingCode[]>;
  /** Nothing was learnt about `topic`. */
  keep(topic: string): void;
  /** Resolves what is gone, and leaves for the next run what was published or kept in this one. */
  save(call: Call): Promise<void>;
}

export async function openAlertBook(
  ports: Pick<Ports, 'alerts' | 'notes'>,
  note: string,
  call: Call,
): Promise<AlertBook> {
  const before = parse(await ports.notes.get(note, call));
  const published = new Set(Object.values(before).flatMap((open) => open.map(({ id }) => id)));
  const after: Record<string, readonly Open[]> = {};
  return {
    async publish(topic, { findings, actions }, { signal }) {
      const open: Open[] = [];
      const opened: FindingCode[] = [];
      for (const action of actions) {
        if (action.kind !== 'alert') continue;
        const { code } = action.alert.finding;
        const { fingerprint: cause, id } = identifyCase(action.alert);
        open.push({ id, cause, code });
        if (published.has(id)) continue;
        await ports.alerts.open(action.alert, { signal });
        published.add(id);
        opened.push(code);
      }
      after[topic] = [...open, ...stillOpen(before[topic] ?? [], open, findings)];
      return opened;
    },
    keep(topic) {
      after[topic] = before[topic] ?? [];
    },
    async save({ signal }) {
      const open = new Set(Object.values(after).flatMap((each) => each.map(({ id }) => id)));
      const gone = Object.values(before).flatMap((each) => each.filter(({ id }) => !open.has(id)));
      for (const { id, cause } of gone) await ports.alerts.resolve({ fingerprint: cause, id }, { signal });
      await ports.notes.put(note, JSON.stringify(after), { signal, keepForMs: KEPT_FOR_MS });
    },
  };
}

/** What was open and could not be judged this time has not gone. */
function stillOpen(before: readonly Open[], now: readonly Open[], findings: readonly Finding[]): readonly Open[] {
  const unjudged = new Set(findings.filter(({ verdict }) => verdict === 'unverifiable').map(({ code }) => code));
  const shown = new Set(now.map(({ id }) => id));
  return before.filter(({ id, code }) => unjudged.has(code) && !shown.has(id));
}

/** What an earlier run left; an unreadable note is none, and what is open goes out once more. */
function parse(note: string | undefined): Readonly<Record<string, readonly Open[]>> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this note
    const topics = JSON.parse(note ?? '{}') as Readonly<Record<string, readonly Partial<Open>[]>>;
    return Object.fromEntries(Object.entries(topics).map(([topic, open]) => [topic, open.filter(isOpen)]));
  } catch {
    return {};
  }
}

/** An earlier version of Holdfast knew no causes: what it left goes out once more. */
function isOpen(open: Partial<Open>): open is Open {
  return open.id !== undefined && open.cause !== undefined && open.code !== undefined;
}
