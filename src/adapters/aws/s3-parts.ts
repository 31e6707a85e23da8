import {
  GetObjectAttributesCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Part } from '../../model/facts.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { ObjectRef } from '../../model/object.ts';
import type { Call, PartsOptions } from '../../ports.ts';
import { addressOf, storedChecksums } from './object-state.ts';
import { toFailure, toObservation } from './translate-error.ts';

/** HEAD requests in flight while the sizes of all parts are asked for. */
const CONCURRENCY = 16;

/**
 * The real parts of a multipart object. HEAD by part number always works; the list of GetObjectAttributes is shorter work,
 * but S3 leaves it out unless the object has an additional checksum, and some servers always do.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
 */
export async function readParts(
  client: S3Client,
  object: ObjectRef,
  options: PartsOptions,
): Promise<Observation<readonly Part[]>> {
  try {
    const first = await headPart(client, object, { ...options, partNumber: 1, checksums: false });
    const count = first.PartsCount ?? 0;
    if (count === 0) return { state: 'absent' };
    if (!options.exact) {
      const inferred = inferParts(first.ContentLength ?? 0, count, options.sizeBytes);
      if (inferred !== undefined) return present(inferred);
    }
    const listed = await listParts(client, object, options);
    return present(listed.length === count ? listed : await headParts(client, object, { ...options, count }));
  } catch (error) {
    // No such part: the numbers have gaps, or there is no byte of which it could be a range. Then the parts are not known.
    if (toFailure(error).status === 416) return { state: 'absent' };
    return toObservation(error, 'ObjectStore.parts');
  }
}

/** The layout that nearly every client makes: all parts alike, the last one shorter or whatever is left. */
function inferParts(firstBytes: number, count: number, sizeBytes: number): readonly Part[] | undefined {
  const lastBytes = sizeBytes - firstBytes * (count - 1);
  if (lastBytes <= 0) return undefined;
  return Array.from({ length: count }, (_, index) => ({
    partNumber: index + 1,
    sizeBytes: index === count - 1 ? lastBytes : firstBytes,
    checksums: [],
  }));
}

async function listParts(client: S3Client, object: ObjectRef, { signal }: PartsOptions): Promise<readonly Part[]> {
  const parts: Part[] = [];
  let marker: string | undefined;
  try {
    do {
      const output = await client.send(
        new GetObjectAttributesCommand({
          ...addressOf(object),
          ObjectAttributes: ['ObjectParts', 'Checksum'],
          MaxParts: 1_000,
          ...(marker === undefined ? {} : { PartNumberMarker: marker }),
        }),
        { abortSignal: signal },
      );
      for (const part of output.ObjectParts?.Parts ?? []) {
        if (part.PartNumber === undefined || part.Size === undefined) return [];
        // The checksum of a part is always of its whole content, whatever the type of the object's.
        parts.push({
          partNumber: part.PartNumber,
          sizeBytes: part.Size,
          checksums: storedChecksums(part, 'FULL_OBJECT'),
        });
      }
      marker = output.ObjectParts?.IsTruncated === true ? output.ObjectParts.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
  } catch (error) {
    // Denied or unknown here says nothing about the object: HEAD by part number gives the same facts.
    if (signal.aborted) throw error;
    return [];
  }
  return parts.toSorted((a, b) => a.partNumber - b.partNumber);
}

async function headParts(
  client: S3Client,
  object: ObjectRef,
  options: PartsOptions & { readonly count: number },
): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (let from = 1; from <= options.count; from += CONCURRENCY) {
    const numbers = Array.from({ length: Math.min(CONCURRENCY, options.count - from + 1) }, (_, index) => from + index);
    const heads = await Promise.all(
      numbers.map(async (partNumber) => headPart(client, object, { ...options, partNumber, checksums: options.exact })),
    );
    for (const [index, head] of heads.entries()) {
      const checksums = storedChecksums(head, 'FULL_OBJECT');
      parts.push({ partNumber: from + index, sizeBytes: head.ContentLength ?? 0, checksums });
    }
  }
  return parts;
}

/** Headers of one part, with its checksums where asked for. */
async function headPart(
  client: S3Client,
  object: ObjectRef,
  options: Call & { readonly partNumber: number; readonly ifMatch?: string; readonly checksums: boolean },
): Promise<HeadObjectCommandOutput> {
  const { partNumber, ifMatch, checksums, signal } = options;
  const command = new HeadObjectCommand({
    ...addressOf(object),
    PartNumber: partNumber,
    ...(ifMatch === undefined ? {} : { IfMatch: `"${ifMatch}"` }),
    ...(checksums ? { ChecksumMode: 'ENABLED' } : {}),
  });
  return client.send(command, { abortSignal: signal });
}
