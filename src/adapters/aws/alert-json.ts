import type { AlertCase, AlertState, Mute } from '../../model/alert-state.ts';

/** Members that are times, wherever they are in what alerts are kept as. */
const TIMES: ReadonlySet<string> = new Set(['at', 'firstAt', 'lastAt', 'resolvedAt', 'healedAt', 'until', 'from']);

/** Evidence is text of others: a member of it that is called like a time stays what it is. */
const VERBATIM: ReadonlySet<string> = new Set(['evidence', 'finding', 'subject']);

/** What we have written ourselves, with its times. `undefined`: it is not of this version of Holdfast. */
export function parseState(json: string | undefined): AlertState | undefined {
  const value = revive(parse(json));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes it, and other versions are told apart
  return hasMembers(value, ['fingerprint', 'phase', 'finding']) ? (value as unknown as AlertState) : undefined;
}

export function parseCase(json: string | undefined): AlertCase | undefined {
  const value = revive(parse(json));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return hasMembers(value, ['id', 'subject', 'at']) ? (value as unknown as AlertCase) : undefined;
}

export function parseMute(json: string | undefined): Mute | undefined {
  const value = revive(parse(json));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return hasMembers(value, ['id', 'until', 'by']) ? (value as unknown as Mute) : undefined;
}

function parse(json: string | undefined): unknown {
  return json === undefined ? undefined : JSON.parse(json);
}

function hasMembers(value: unknown, names: readonly string[]): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && names.every((name) => name in value);
}

function revive(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return TIMES.has(name) ? new Date(value) : value;
  if (Array.isArray(value)) return value.map((each: unknown) => revive(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, each]) => [member, VERBATIM.has(member) ? each : revive(each, member)]),
  );
}
