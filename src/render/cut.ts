import { printable } from '../model/printable.ts';

/** What stands where text was left out; the number is that of the characters. */
const mark = (left: number): string => ` [... ${left} more]`;

/** The longest that a mark is. */
const MARK_CHARACTERS = 24;

/** At most so many characters, 40 or more, never half of one; what is left out is counted. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = most - MARK_CHARACTERS;
  const isSplit = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  const kept = text.slice(0, isSplit ? end - 1 : end);
  return kept + mark(text.length - kept.length);
}

/** Fit to be shown: no character that a terminal or a mail program obeys, and no more than so many. */
export function shown(text: string, most: number): string {
  return cut(printable(cut(text, most)), most);
}

/**
 * JSON without the two characters that SQS refuses and JSON does not escape by itself; keys of S3 can have them.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function toMessageJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('\uFFFE', String.raw`\uFFFE`)
    .replaceAll('\uFFFF', String.raw`\uFFFF`);
}

/** Bytes of a text as one of several in a message: it is JSON within JSON there. */
export function weightBytes(text: string): number {
  return new TextEncoder().encode(toMessageJson(text)).length;
}
