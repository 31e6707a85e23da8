import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KIND_BY_DETAIL_TYPE, KIND_BY_NAME, toKind, toRemovalKind } from '../../src/ingest/event-names.ts';
import { EVENT_KINDS, type EventKind } from '../../src/model/event.ts';
import { routeOf } from '../../src/policy/event-route.ts';

interface Row {
  readonly name: string;
  /** Detail type, deletion type, reason. */
  readonly bridge: readonly string[];
  readonly kind: EventKind;
  readonly route: string;
}

/** The rows of the table in docs/events.md. */
function documentedRows(): readonly Row[] {
  const text = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, name = '', bridge = '', kind = '', route = ''] = line.split('|').map((cell) => cell.trim());
      return { name: spans(name)[0] ?? '', bridge: spans(bridge), kind: spans(kind)[0] as EventKind, route };
    });
}

function spans(cell: string): readonly string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = '']) => code);
}

function toBridgeKind([detailType = '', deletionType, reason]: readonly string[]): EventKind | undefined {
  return detailType === 'Object Deleted' ? toRemovalKind(deletionType, reason) : KIND_BY_DETAIL_TYPE.get(detailType);
}

describe('docs/events.md', () => {
  const rows = documentedRows();

  it('has a row for every event name, and no other', () => {
    expect(rows.map(({ name }) => name).toSorted()).toEqual([...KIND_BY_NAME.keys()].toSorted());
  });

  it('names every detail type of EventBridge', () => {
    const documented = new Set(rows.flatMap(({ bridge }) => bridge.slice(0, 1)));
    expect([...documented].toSorted()).toEqual([...KIND_BY_DETAIL_TYPE.keys(), 'Object Deleted'].toSorted());
  });

  it('has a row for every kind but `other`', () => {
    expect([...new Set(rows.map(({ kind }) => kind)), 'other'].toSorted()).toEqual([...EVENT_KINDS].toSorted());
  });

  it.each(rows)('says what $name leads to', ({ name, bridge, kind, route }) => {
    expect(toKind(name)).toBe(kind);
    expect(bridge.length === 0 ? kind : toBridgeKind(bridge)).toBe(kind);
    expect(routeOf(kind)).toBe(route);
  });
});

describe('routeOf', () => {
  it('acknowledges what it does not know', () => {
    expect(routeOf('other')).toBe('acknowledge');
  });
});
