import { HoldfastError } from '../errors.ts';

/** A value from outside, and where it was found: `Records[2].s3.object.key`; the path of the whole body is empty. */
export interface Found {
  readonly value: unknown;
  readonly path: string;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** S3 always says `Z`; a server that names no zone means the same, and must not be read in the zone of the reader. */
const ISO_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/;

/** Values that may be repeated in a message: names and versions, never free text such as a key. */
const NAME = /^[\w.:-]{1,40}$/;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of that name; of anything but an object it is `undefined`. */
export function member(found: Found, name: string): Found {
  const path = /^[A-Za-z_]\w*$/.test(name) ? `${found.path}.${name}` : `${found.path}['${name}']`;
  const value = isJsonObject(found.value) && Object.hasOwn(found.value, name) ? found.value[name] : undefined;
  return { value, path: path.replace(/^\./, '') };
}

/** Says what was expected, what came and where, without repeating what may be private. */
export function refuse(found: Found, expected: string): never {
  const where = found.path === '' ? 'body' : found.path;
  throw new HoldfastError(
    'invalid-event',
    'parseNotification',
    `${where}: expected ${expected}, got ${nameType(found.value)}`,
  );
}

/** As `refuse`, for values that are names and help whoever reads the message. */
export function refuseName(found: Found, expected: string): never {
  const { value, path } = found;
  if (typeof value !== 'string' || !NAME.test(value)) return refuse(found, expected);
  throw new HoldfastError('invalid-event', 'parseNotification', `${path}: expected ${expected}, got '${value}'`);
}

export function requiredText(found: Found): string {
  return optionalText(found) ?? refuse(found, 'a text that is not empty');
}

/** Absent, null and empty are the same: nothing was said. */
export function optionalText(found: Found): string | undefined {
  const { value } = found;
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : refuse(found, 'a text');
}

export function optionalSize(found: Found): number | undefined {
  const { value } = found;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(found, 'a number of bytes');
}

export function requiredTime(found: Found): Date {
  return lenientTime(found) ?? refuse(found, 'an ISO 8601 time');
}

/** For members that only inform: what cannot be read was not said. */
export function lenientText({ value }: Found): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function lenientTime({ value }: Found): Date | undefined {
  const [, local, zone = 'Z'] = (typeof value === 'string' && ISO_TIME.exec(value)) || [];
  if (local === undefined) return undefined;
  const time = new Date(`${local}${zone}`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function nameType(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === '') return 'an empty text';
  if (typeof value === 'string') return 'a text of another form';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
