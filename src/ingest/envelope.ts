import { isJsonObject, member, refuse, refuseName, type Found } from './fields.ts';

/** What is inside one layer of wrapping. */
export type Contents =
  | { readonly form: 'wrapped'; readonly inner: readonly Found[] }
  /** A record of a classic S3 notification. */
  | { readonly form: 'record' }
  | { readonly form: 'eventbridge' }
  /** `s3:TestEvent`, which S3 sends to every new target. */
  | { readonly form: 'test' };

/**
 * Takes off one layer, told by its members and not by the name of the sender: S3-compatible servers use their own.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function openEnvelope(found: Found): Contents {
  const { value } = found;
  if (typeof value === 'string')
    return { form: 'wrapped', inner: [{ value: parseJson(found, value), path: found.path }] };
  if (!isJsonObject(value)) return refuse(found, 'an S3 notification');
  if ('Records' in value) return { form: 'wrapped', inner: listRecords(member(found, 'Records')) };
  if ('s3' in value) return { form: 'record' };
  if ('detail-type' in value) return { form: 'eventbridge' };
  if ('body' in value) return { form: 'wrapped', inner: [member(found, 'body')] };
  if ('Sns' in value) return { form: 'wrapped', inner: [member(member(found, 'Sns'), 'Message')] };
  if ('Message' in value) return openTopicMessage(found);
  if ('requestPayload' in value) return { form: 'wrapped', inner: [member(found, 'requestPayload')] };
  if (value['Event'] === 's3:TestEvent') return { form: 'test' };
  return refuse(found, 'an S3 notification');
}

/** SNS puts confirmations of subscriptions into the same queue: they have a `Message`, but not from S3. */
function openTopicMessage(found: Found): Contents {
  const type = member(found, 'Type');
  if (type.value !== 'Notification') return refuseName(type, "'Notification'");
  return { form: 'wrapped', inner: [member(found, 'Message')] };
}

function listRecords(found: Found): readonly Found[] {
  const { value, path } = found;
  if (!Array.isArray(value)) return refuse(found, 'a list of records');
  return value.map((record: unknown, index) => ({ value: record, path: `${path}[${index}]` }));
}

function parseJson(found: Found, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return refuse(found, 'JSON'); // without the parser's own message, which quotes the text
  }
}
