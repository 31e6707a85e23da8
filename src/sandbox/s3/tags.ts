import { S3Error, invalidArgument } from './s3-error.ts';
import { malformedXml, parseXml, type XmlObject } from './xml.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MOST_TAGS = 10;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

function toTags(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  if (pairs.length > MOST_TAGS) throw new S3Error('InvalidTag', 'Object tags cannot be greater than 10');
  const tags = new Map(pairs);
  if (tags.size !== pairs.length) throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  for (const [key, value] of pairs) {
    if (key === '' || key.length > LONGEST_KEY)
      throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid');
    if (value.length > LONGEST_VALUE) throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid');
  }
  return tags;
}

/** From `x-amz-tagging`: URL query parameters. */
export function parseTaggingHeader(header: string | undefined): ReadonlyMap<string, string> {
  if (header === undefined || header === '') return new Map();
  try {
    return toTags([...new URLSearchParams(header)]);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    throw invalidArgument('x-amz-tagging', header, error.message);
  }
}

export function parseTagging(xml: string): ReadonlyMap<string, string> {
  const root = parseXml(xml, 'Tagging').expectOnly('TagSet');
  const set = root.child('TagSet') ?? malformed();
  return toTags(set.children('Tag').map((tag) => [tag.requireText('Key'), tag.requireText('Value')]));
}

function malformed(): never {
  throw malformedXml();
}

export function toTagSet(tags: ReadonlyMap<string, string>): XmlObject {
  return { TagSet: { Tag: [...tags].map(([Key, Value]) => ({ Key, Value })) } };
}

export function equalTags(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
