import { createHash } from 'node:crypto';
import type { ChecksumAlgorithm } from '../../model/checksum.ts';
import { createDigester } from '../../digest/digester.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import type { Body } from './body-store.ts';
import { badDigest, checksumHeader, expectDigest, parseClaim } from './checksums.ts';
import type { S3Cloud } from './s3-cloud.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** An uploaded body whose every claim has been checked. */
export interface Received {
  readonly body: Body;
  /** Hex. */
  readonly md5: string;
  /** Base64, for the algorithms asked for and the one the client claimed. */
  readonly digests: ReadonlyMap<ChecksumAlgorithm, string>;
  /** The algorithm of the client's own claim. */
  readonly claimed?: ChecksumAlgorithm;
}

const LARGEST_PUT_BYTES = 5 * 1024 ** 3;
const LARGEST_XML_BYTES = 4 * 1024 ** 2;

/**
 * Stores the body of a request as it flows and checks everything the client said of it. `wanted` says which checksums are
 * needed, given what the client claims; nothing stays stored when a claim is wrong.
 */
export async function receiveBody(
  cloud: S3Cloud,
  request: S3Request,
  wanted: (claimed: ChecksumAlgorithm | undefined) => readonly ChecksumAlgorithm[],
): Promise<Received> {
  const { headers } = request;
  const claim = parseClaim(headers);
  const expected = expectations(headers);
  const algorithms = new Set([...wanted(claim?.algorithm), ...(claim === undefined ? [] : [claim.algorithm])]);
  const digesters = await Promise.all(
    [...algorithms].map(async (algorithm) => ({ algorithm, digester: await createDigester(algorithm) })),
  );
  const md5 = createHash('md5');
  const sha256 = expected.sha256 === undefined ? undefined : createHash('sha256');
  const trailers = new Map<string, string>();
  const content = isAwsChunked(headers) ? decodeAwsChunked(request.raw.body, trailers) : request.raw.body;
  const writer = cloud.bodies.writer();
  let sizeBytes = 0;
  try {
    for await (const chunk of content as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.length;
      if (sizeBytes > LARGEST_PUT_BYTES) throw tooLarge();
      md5.update(chunk);
      sha256?.update(chunk);
      for (const { digester } of digesters) digester.update(chunk);
      await writer.write(chunk);
    }
    if (expected.sizeBytes !== undefined && expected.sizeBytes !== sizeBytes) {
      throw new S3Error(
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header',
      );
    }
    if (sha256 !== undefined && sha256.digest('hex') !== expected.sha256) {
      throw new S3Error(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    const md5Bytes = md5.digest();
    if (expected.md5 !== undefined && md5Bytes.toString('base64') !== expected.md5) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
    const digests = new Map(
      digesters.map(({ algorithm, digester }) => [algorithm, Buffer.from(digester.digest()).toString('base64')]),
    );
    if (claim !== undefined) {
      const claimed =
        claim.base64 ?? expectDigest(claim.algorithm, trailers.get(checksumHeader(claim.algorithm)) ?? '');
      if (claimed !== digests.get(claim.algorithm)) throw badDigest(claim.algorithm);
    }
    const received = { body: await writer.finish(), md5: md5Bytes.toString('hex'), digests };
    return claim === undefined ? received : { ...received, claimed: claim.algorithm };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** The XML body of a request, checked like any other. Empty where there is none. */
export async function receiveText(cloud: S3Cloud, request: S3Request): Promise<string> {
  const { body } = await receiveBody(cloud, request, () => []);
  if (body.sizeBytes > LARGEST_XML_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  for await (const chunk of cloud.bodies.read(body) as AsyncIterable<Uint8Array>) chunks.push(chunk);
  await cloud.bodies.release(body);
  return Buffer.concat(chunks).toString('utf8');
}

type Headers = S3Request['headers'];

function isAwsChunked(headers: Headers): boolean {
  return (
    headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true ||
    contentCodings(headers['content-encoding']).includes('aws-chunked')
  );
}

/** `aws-chunked` is how the body travels, not what it is: it is taken off before the header is stored. */
export function contentCodings(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '');
}

interface Expectations {
  readonly sizeBytes?: number;
  readonly sha256?: string;
  readonly md5?: string;
}

function expectations(headers: Headers): Expectations {
  const length =
    headers['x-amz-decoded-content-length'] ?? (isAwsChunked(headers) ? undefined : headers['content-length']);
  if (length === undefined && headers['transfer-encoding'] === undefined && headers['content-length'] === undefined) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (length !== undefined && Number(length) > LARGEST_PUT_BYTES) throw tooLarge();
  const sha256 = headers['x-amz-content-sha256'];
  const md5 = headers['content-md5'];
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  return {
    ...(length === undefined ? {} : { sizeBytes: Number(length) }),
    ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
    ...(md5 === undefined ? {} : { md5 }),
  };
}

function tooLarge(): S3Error {
  return new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    details: { MaxSizeAllowed: String(LARGEST_PUT_BYTES) },
  });
}
