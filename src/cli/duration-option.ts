import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../config/quantities.ts';

export { formatDuration } from '../model/quantity-text.ts';

/** An option that takes a duration; the help shows its default as a person would write it. */
export function durationOption(flags: string, description: string, usual: string): Option {
  return new Option(flags, description).argParser(parseDurationOption).default(parseDurationOption(usual), usual);
}

/** A duration such as `15m`, in milliseconds. */
export function parseDurationOption(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0) throw new InvalidArgumentError('expected a duration such as 30s, 15m, 4h or 2d');
  return ms;
}

/** A time such as `2026-11-02T00:00:00Z`. */
export function timeOption(text: string): Date {
  const at = new Date(text);
  // Without a zone it would mean another time on another machine.
  if (Number.isNaN(at.getTime()) || !/(?:Z|[+-]\d{2}:\d{2})$/.test(text)) {
    throw new InvalidArgumentError('expected a time with its zone, such as 2026-11-02T08:00:00Z');
  }
  return at;
}
