import { asRecord } from '../record.ts';
import { buildXml, type XmlObject } from '../s3/xml.ts';

const KNOWN: ReadonlySet<string> = new Set([
  'AbortIncompleteMultipartUpload',
  'ExpirationInDays',
  'ExpiredObjectDeleteMarker',
  'Id',
  'NoncurrentVersionExpiration',
  'Prefix',
  'Status',
]);

/** Lifecycle rules of a template as S3 takes them. Throws an `Error` for members that are not known here. */
export function toLifecycleXml(configuration: unknown, logicalId: string): string {
  const { Rules, ...others } = asRecord(configuration, `${logicalId}: LifecycleConfiguration`);
  if (!Array.isArray(Rules) || Object.keys(others).length > 0)
    throw new Error(`${logicalId}: expected lifecycle rules, got ${JSON.stringify(configuration)}`);
  return buildXml('LifecycleConfiguration', { Rule: Rules.map((rule: unknown) => toRule(asRecord(rule, logicalId))) });
}

function toRule(rule: Readonly<Record<string, unknown>>): XmlObject {
  const unknown = Object.keys(rule).filter((name) => !KNOWN.has(name));
  if (unknown.length > 0) throw new Error(`the sandbox does not know ${unknown.join(', ')} of a lifecycle rule`);
  const { Id, Status, Prefix = '', ExpirationInDays, ExpiredObjectDeleteMarker } = rule;
  return {
    ...(typeof Id === 'string' ? { ID: Id } : {}),
    Filter: { Prefix: typeof Prefix === 'string' ? Prefix : '' },
    Status: typeof Status === 'string' ? Status : '',
    ...(ExpirationInDays === undefined ? {} : { Expiration: { Days: Number(ExpirationInDays) } }),
    ...(ExpiredObjectDeleteMarker === undefined ? {} : { Expiration: { ExpiredObjectDeleteMarker: true } }),
    ...daysOf(rule, 'NoncurrentVersionExpiration', 'NoncurrentDays'),
    ...daysOf(rule, 'AbortIncompleteMultipartUpload', 'DaysAfterInitiation'),
  };
}

function daysOf(rule: Readonly<Record<string, unknown>>, action: string, name: string): XmlObject {
  if (rule[action] === undefined) return {};
  const { [name]: days, ...others } = asRecord(rule[action], action);
  if (Object.keys(others).length > 0)
    throw new Error(`the sandbox does not know ${Object.keys(others).join(', ')} of ${action}`);
  return { [action]: { [name]: Number(days) } };
}
