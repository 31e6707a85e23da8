import type { AccessKind, AccessRecord } from '../model/access-record.ts';

/** A line that somebody made longer than anything S3 writes is not read. */
const LONGEST_LINE = 64 * 1024;

const PLAIN = String.raw`(\S+)`;
const QUOTED = '"(.*?)"';

/**
 * Fields in their order; quotes within a referer or user agent are not escaped by S3, so what follows them has to fit. Fields that
 * S3 adds at the end are left alone.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
 */
const LINE = new RegExp(
  [
    `^${PLAIN} ${PLAIN} \\[([^\\]]*)\\] ${PLAIN} ${PLAIN} ${PLAIN} ${PLAIN} ${PLAIN} ${QUOTED}`,
    String.raw`(\d{3}|-) ${PLAIN} (\d+|-) (\d+|-) (\d+|-) (\d+|-) ${QUOTED} ${QUOTED} ${PLAIN}`,
    String.raw`${PLAIN} (SigV\w+|-) ${PLAIN} ${PLAIN} ${PLAIN} ${PLAIN}(?: (\S+))?(?: .*)?$`,
  ].join(' '),
);

const TIME = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One line of a server access log. `undefined`: it is not one. */
export function parseAccessLogLine(line: string): AccessRecord | undefined {
  if (line.length > LONGEST_LINE) return undefined;
  const fields = LINE.exec(line);
  if (fields === null) return undefined;
  const [, , bucket = '', time = '', ip, requester, requestId, operation = '', key, uri = '', status, error] = fields;
  const [userAgent, versionId] = [fields[17], fields[18]];
  const at = parseTime(time);
  if (at === undefined) return undefined;
  return {
    source: 'access-log',
    at,
    kind: kindOf(operation),
    operation,
    bucket,
    ...keysOf(said(key), uri, bucket),
    ...optional('versionId', said(versionId)),
    ...optional('requester', said(requester)),
    ...optional('remoteIp', said(ip)),
    ...optional('userAgent', said(userAgent)),
    ...optional('requestId', said(requestId)),
    ...(said(status) === undefined ? {} : { status: Number(status) }),
    ...optional('errorCode', said(error)),
    ...optional('accessPointArn', said(fields[25])),
  };
}

function said(field: string | undefined): string | undefined {
  return field === undefined || field === '-' || field === '' ? undefined : field;
}

function optional<Name extends string>(name: Name, value: string | undefined): { readonly [N in Name]?: string } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed name loses its literal type
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: string };
}

function parseTime(text: string): Date | undefined {
  const [, day, month = '', year, time, zoneHours, zoneMinutes] = TIME.exec(text) ?? [];
  const number = MONTHS.indexOf(month) + 1;
  if (day === undefined || number === 0) return undefined;
  const at = new Date(`${year}-${String(number).padStart(2, '0')}-${day}T${time}${zoneHours}:${zoneMinutes}`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** The request line has the key as its sender encoded it, once; the field may have been encoded once more. */
function keysOf(field: string | undefined, uri: string, bucket: string): Pick<AccessRecord, 'key' | 'otherKeys'> {
  if (field === undefined) return { otherKeys: [] };
  const once = decode(field);
  const candidates = [...new Set([once, decode(once), field])];
  const path = decode((uri.split(' ')[1] ?? '').replace(/\?.*$/s, '').replace(/^\//, ''));
  const sent = candidates.find((each) => path === each || path === `${bucket}/${each}`);
  const key = sent ?? once;
  // What the request line settles is no guess any more.
  return { key, otherKeys: sent === undefined ? candidates.filter((each) => each !== key) : [] };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function kindOf(operation: string): AccessKind {
  if (/^S3\.(?:EXPIRE|CREATE\.DELETEMARKER)/.test(operation)) return 'expire';
  if (/^(?:REST|BATCH|SOAP|WEBSITE)\.DELETE\.OBJECT$/.test(operation)) return 'remove';
  if (/^REST\.(?:PUT|COPY|POST)\.(?:OBJECT|UPLOAD|PART)$/.test(operation)) return 'write';
  if (
    /^(?:REST|WEBSITE|SELECT)\.(?:GET|HEAD|POST)\.(?:OBJECT|OBJECT_ATTRIBUTES)$|^REST\.COPY\.OBJECT_GET$/.test(
      operation,
    )
  )
    return 'read';
  return /^REST\.GET\.(?:BUCKET|BUCKETVERSIONS|UPLOADS)$/.test(operation) ? 'list' : 'other';
}
