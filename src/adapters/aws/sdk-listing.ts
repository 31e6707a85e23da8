import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { stripETag } from '../../model/etag.ts';
import { toPage } from '../../model/build-listing-page.ts';
import type { ListedEntry } from '../../model/listing-page.ts';
import { compareKeys } from '../../model/version-order.ts';
import type { Call } from '../../ports.ts';
import type { Origin } from './lean-connection.ts';
import { type ParsedListing, parseListing } from './parse-listing.ts';

type Output = ListObjectsV2CommandOutput | ListObjectVersionsCommandOutput;

/** What the SDK has learnt with one page. */
export interface SdkListing {
  readonly parsed: ParsedListing;
  readonly origin: Origin;
}

/**
 * Asks for one page by the SDK. The bytes of the answer are read by our parser, so that a page is the same whoever fetched it;
 * what that does not know for certain is read by the SDK.
 */
export async function askSdk(
  client: S3Client,
  { versions, ...input }: ListObjectsV2CommandInput & { readonly versions: boolean },
  { signal }: Call,
): Promise<SdkListing> {
  const seen: Seen = {};
  const options = { abortSignal: signal };
  let output: Output;
  if (versions) {
    const command = new ListObjectVersionsCommand(input);
    command.middlewareStack.add(keepListing(seen), WHEN_ANSWERED);
    output = await client.send(command, options);
  } else {
    const command = new ListObjectsV2Command(input);
    command.middlewareStack.add(keepListing(seen), WHEN_ANSWERED);
    output = await client.send(command, options);
  }
  const origin = seen.origin ?? { protocol: 'https:', hostname: '', path: '/' };
  return { origin, parsed: seen.parsed ?? fromOutput(output) };
}

interface Seen {
  parsed?: ParsedListing | undefined;
  origin?: Origin;
}

const WHEN_ANSWERED = { step: 'deserialize', priority: 'low', name: 'keepListing' } as const;

/** Reads the body in the place of the SDK, which then gets one that is empty. */
function keepListing(seen: Seen) {
  return <Args extends { readonly request: unknown }, Result extends { readonly response: unknown }>(
    next: (args: Args) => Promise<Result>,
  ) =>
    async (args: Args): Promise<Result> => {
      const result = await next(args);
      seen.origin = toOrigin(args.request);
      const { response } = result;
      if (!isAnswer(response) || response.statusCode !== 200) return result;
      const bytes = await collect(response.body);
      seen.parsed = parseListing(Buffer.from(bytes)); // a copy: the parser decodes keys where they stand
      response.body = seen.parsed === undefined ? bytes : EMPTY_ANSWER;
      return result;
    };
}

const EMPTY_ANSWER = Buffer.from('<R/>');

interface Answer {
  readonly statusCode: number;
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

function isAnswer(response: unknown): response is Answer {
  return typeof response === 'object' && response !== null && 'statusCode' in response && 'body' in response;
}

function toOrigin(request: unknown): Origin {
  const { protocol, hostname, port, path }: Partial<Record<keyof Origin, unknown>> =
    typeof request === 'object' && request !== null ? request : {};
  return {
    protocol: String(protocol),
    hostname: String(hostname),
    ...(typeof port === 'number' ? { port } : {}),
    path: String(path),
  };
}

async function collect(body: AsyncIterable<Uint8Array> | Uint8Array): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The same page from what the SDK made of the answer. Of one key it has objects and delete markers apart: the newest is first. */
export function fromOutput(output: Output): ParsedListing {
  const decode = output.EncodingType === 'url' ? decodeUrlText : (text: string) => text;
  const key = 'NextKeyMarker' in output ? output.NextKeyMarker : undefined;
  const version = 'NextVersionIdMarker' in output ? output.NextVersionIdMarker : undefined;
  const token = 'NextContinuationToken' in output ? output.NextContinuationToken : undefined;
  return {
    page: toPage(entriesOf(output, decode)),
    truncated: output.IsTruncated === true,
    ...(token === undefined ? {} : { nextToken: token }),
    ...(key === undefined ? {} : { nextKeyMarker: decode(key) }),
    ...(version === undefined ? {} : { nextVersionIdMarker: version }),
  };
}

function entriesOf(output: Output, decode: (text: string) => string): readonly ListedEntry[] {
  if (!('Versions' in output || 'DeleteMarkers' in output)) {
    const contents = 'Contents' in output ? (output.Contents ?? []) : [];
    return contents.map((object) => ({ ...toListed(object, decode), isLatest: true }));
  }
  const versions = (output.Versions ?? []).map((version) => toListed(version, decode));
  const markers = (output.DeleteMarkers ?? []).map((marker) => ({
    ...toListed(marker, decode),
    deleteMarker: true as const,
  }));
  if (markers.length === 0) return versions;
  return [...versions, ...markers].toSorted(
    (a, b) => compareKeys(a.key, b.key) || b.lastModifiedAt.getTime() - a.lastModifiedAt.getTime(),
  );
}

interface SdkEntry {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IsLatest?: boolean | undefined;
  readonly Size?: number | undefined;
  readonly ETag?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly LastModified?: Date | undefined;
}

function toListed(entry: SdkEntry, decode: (text: string) => string): ListedEntry {
  return {
    key: decode(entry.Key ?? ''),
    ...(entry.VersionId === undefined ? {} : { versionId: entry.VersionId }),
    isLatest: entry.IsLatest === true,
    sizeBytes: entry.Size ?? 0,
    etag: stripETag(entry.ETag ?? ''),
    storageClass: entry.StorageClass ?? 'STANDARD',
    lastModifiedAt: entry.LastModified ?? new Date(0),
  };
}

function decodeUrlText(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
