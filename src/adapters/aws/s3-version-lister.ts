import {
  type DeleteMarkerEntry,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { stripETag } from '../../model/etag.ts';
import { compareKeys } from '../../model/version-order.ts';
import type { Call, ListedVersion, VersionLister } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { toFailure, translateError } from './translate-error.ts';

type Target = Parameters<VersionLister['list']>[0];

export interface VersionListerOptions {
  /** Told when versions cannot be listed and only current objects will come, with the reason. */
  readonly onlyCurrent?: (reason: string) => void;
}

/**
 * Versions by ListObjectVersions. Where that is refused (a policy that allows `s3:ListBucket` only, a server without versions)
 * the current objects by ListObjectsV2, without version IDs.
 */
export function createS3VersionLister(
  clients: Pick<Clients, 's3'>,
  { onlyCurrent = () => undefined }: VersionListerOptions = {},
): VersionLister {
  return {
    async *list(target, call) {
      const client = clients.s3(target.region);
      const versions = listVersions(client, target, call);
      let first: IteratorResult<readonly ListedVersion[]>;
      try {
        first = await versions.next();
      } catch (error) {
        if (!isRefusal(error)) throw translateError(error, 'VersionLister.list');
        onlyCurrent(describe(error));
        yield* translated(listCurrent(client, target, call));
        return;
      }
      if (first.done !== true) yield* first.value;
      yield* translated(versions);
    },
  };
}

/** Not allowed, or not known to this server. A missing bucket is neither. */
function isRefusal(error: unknown): boolean {
  const { status, code } = toFailure(error);
  return code === 'AccessDenied' || code === 'NotImplemented' || status === 405 || status === 501;
}

function describe(error: unknown): string {
  const { code, message } = toFailure(error);
  return message === '' || message === 'UnknownError' ? code : `${code}: ${message}`;
}

async function* translated(pages: AsyncIterable<readonly ListedVersion[]>): AsyncGenerator<ListedVersion> {
  try {
    for await (const page of pages) yield* page;
  } catch (error) {
    throw translateError(error, 'VersionLister.list');
  }
}

/** Page by page; the SDK has no paginator for this operation. */
async function* listVersions(
  client: S3Client,
  { bucket, region, prefix, deleteMarkers = false, after }: Target,
  { signal }: Call,
): AsyncGenerator<readonly ListedVersion[]> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined =
    after === undefined ? {} : { KeyMarker: after };
  while (marker !== undefined) {
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({
      Bucket: bucket,
      Prefix: prefix,
      EncodingType: 'url', // XML cannot hold every key
      ...marker,
    });
    const page = await client.send(command, { abortSignal: signal });
    const decode = decoderOf(page.EncodingType);
    const toListed = (entry: ObjectVersion | DeleteMarkerEntry) => ({
      object: {
        bucket,
        region,
        key: decode(entry.Key ?? ''),
        ...(entry.VersionId === undefined ? {} : { versionId: entry.VersionId }),
      },
      isLatest: entry.IsLatest === true,
      lastModifiedAt: entry.LastModified ?? new Date(0),
    });
    const versions = (page.Versions ?? []).map((version): ListedVersion => ({
      ...toListed(version),
      sizeBytes: version.Size ?? 0,
      etag: stripETag(version.ETag ?? ''),
    }));
    const markers = (deleteMarkers ? (page.DeleteMarkers ?? []) : []).map((entry): ListedVersion => ({
      ...toListed(entry),
      deleteMarker: true,
      sizeBytes: 0,
      etag: '',
    }));
    yield mergeByKey(versions, markers);
    marker = page.IsTruncated === true ? nextMarker(page, decode) : undefined;
  }
}

/** S3 lists both in one order; the SDK sorts them into two lists, each in that order. */
function mergeByKey(versions: readonly ListedVersion[], markers: readonly ListedVersion[]): readonly ListedVersion[] {
  if (markers.length === 0) return versions;
  return [...versions, ...markers].toSorted((a, b) => compareKeys(a.object.key, b.object.key));
}

function nextMarker(
  page: { readonly NextKeyMarker?: string | undefined; readonly NextVersionIdMarker?: string | undefined },
  decode: (text: string) => string,
): { KeyMarker?: string; VersionIdMarker?: string } | undefined {
  if (page.NextKeyMarker === undefined) return undefined;
  return {
    KeyMarker: decode(page.NextKeyMarker),
    ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
  };
}

async function* listCurrent(
  client: S3Client,
  { bucket, region, prefix, after }: Target,
  { signal }: Call,
): AsyncGenerator<readonly ListedVersion[]> {
  let token: string | undefined;
  do {
    const command: ListObjectsV2Command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      EncodingType: 'url',
      ...(after === undefined ? {} : { StartAfter: after }),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const page = await client.send(command, { abortSignal: signal });
    const decode = decoderOf(page.EncodingType);
    yield (page.Contents ?? []).map((object) => ({
      object: { bucket, region, key: decode(object.Key ?? '') },
      isLatest: true,
      sizeBytes: object.Size ?? 0,
      etag: stripETag(object.ETag ?? ''),
      lastModifiedAt: object.LastModified ?? new Date(0),
    }));
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

/** A server that ignores the wish sends keys as they are. S3 writes a space as `+` and a plus as `%2B`. */
function decoderOf(encoding: string | undefined): (text: string) => string {
  return encoding === 'url' ? (text) => decodeURIComponent(text.replaceAll('+', ' ')) : (text) => text;
}
