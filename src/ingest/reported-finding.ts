import type { ReportedFinding } from '../model/reported-finding.ts';
import { type Found, isJsonObject, lenientText, lenientTime, member } from './fields.ts';

/**
 * One line of a report: a finding of an audit, of `holdfast wait` or `repair`, or an alert as it leaves, with or without the envelope of SNS. `undefined`: it is about
 * no object and no prefix. Throws `SyntaxError` where it is no JSON.
 */
export function parseReportedFinding(text: string): ReportedFinding | undefined {
  const found: Found = { value: JSON.parse(text) as unknown, path: '' };
  const message = lenientText(member(found, 'Message'));
  // Of something else than Holdfast: then it is none of ours.
  return message === undefined
    ? toReported(found)
    : message.startsWith('{')
      ? parseReportedFinding(message)
      : undefined;
}

function toReported(line: Found): ReportedFinding | undefined {
  const data = member(line, 'data');
  const finding = isJsonObject(data.value) ? data : line;
  const code = lenientText(member(finding, 'code'));
  const place = placeOf(finding);
  if (!isJsonObject(line.value) || code === undefined || place === undefined) return undefined;
  const replicaBucket =
    lenientText(member(member(finding, 'replica'), 'bucket')) ??
    lenientText(member(member(finding, 'evidence'), 'destinationBucket'));
  const since = lenientTime(member(finding, 'lastModifiedAt'));
  return {
    code,
    ...place,
    ...(replicaBucket === undefined ? {} : { replicaBucket }),
    ...(since === undefined ? {} : { since }),
    line: line.value,
  };
}

type Place = Pick<ReportedFinding, 'bucket' | 'key' | 'versionId' | 'isPrefix'>;

function placeOf(finding: Found): Place | undefined {
  const subject = member(finding, 'subject');
  const kind = member(subject, 'kind').value;
  if (kind === 'prefix' || kind === 'bucket') {
    const bucket = lenientText(member(subject, 'bucket'));
    const key = lenientText(member(subject, 'prefix')) ?? '';
    return bucket === undefined ? undefined : { bucket, key, isPrefix: true };
  }
  const object = member(isJsonObject(subject.value) ? subject : finding, 'object');
  const bucket = lenientText(member(object, 'bucket'));
  const key = lenientText(member(object, 'key'));
  if (bucket === undefined || key === undefined) return undefined;
  const versionId = lenientText(member(object, 'versionId'));
  return { bucket, key, isPrefix: false, ...(versionId === undefined ? {} : { versionId }) };
}
