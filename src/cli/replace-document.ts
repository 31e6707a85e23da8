import { HoldfastError } from '../errors.ts';
import { type DocumentName, isSameDocument, type JsonObject } from '../model/wiring.ts';
import type { BucketDocuments, Call, OwnedBucket } from '../ports.ts';
import type { Services } from './services.ts';

/** How often, and after which wait in milliseconds, a bucket is asked whether it has what was written. */
const READINGS = 6;
const WAIT_MS = 1_000;

/** One configuration of a bucket, as it was found and as it is to be. */
export interface Replacement {
  readonly bucket: OwnedBucket;
  readonly name: DocumentName;
  readonly found: JsonObject;
  readonly document: JsonObject;
  readonly validate?: boolean;
}

/** The whole configuration. Throws `HoldfastError` where it cannot be read, or not be written again without loss. */
export async function readDocument(
  bucket: OwnedBucket,
  name: DocumentName,
  { documents }: { readonly documents: BucketDocuments },
  call: Call,
): Promise<JsonObject> {
  const observed = await documents.read(bucket, name, call);
  if (observed.state !== 'present') {
    const got = observed.state === 'absent' ? 'no such bucket' : observed.reason;
    const kind = observed.state === 'absent' ? 'invalid-config' : 'access-denied';
    throw new HoldfastError(
      kind,
      'cli',
      `expected to read the ${name} of ${bucket.bucket} in ${bucket.region}, got ${got}`,
    );
  }
  const { document, unknown } = observed.value;
  if (unknown.length === 0) return document;
  const text = `expected ${name} of ${bucket.bucket} that can be written again as they are, got ${unknown.join(', ')}`;
  throw new HoldfastError(
    'unexpected',
    'cli',
    `${text}: this version of Holdfast would lose it, so change them by hand`,
  );
}

/**
 * Writes a configuration, unless it is another by now, and reads it again. S3 has no condition on such a write: what somebody else
 * writes within the same moments is noticed only where it is read back.
 */
export async function replaceDocument(
  { bucket, name, found, document, validate }: Replacement,
  ports: { readonly documents: BucketDocuments } & Pick<Services, 'wait'>,
  call: Call,
): Promise<void> {
  const where = `the ${name} of ${bucket.bucket}`;
  if (!isSameDocument(await readDocument(bucket, name, ports, call), found))
    throw new HoldfastError(
      'unexpected',
      'cli',
      `somebody has changed ${where} since they were read: nothing was written`,
    );
  await ports.documents.write(bucket, name, { ...call, document, ...(validate === undefined ? {} : { validate }) });
  for (let reading = 1; reading <= READINGS; reading += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    if (isSameDocument(await readDocument(bucket, name, ports, call), document)) return;
    if (reading < READINGS) await ports.wait(WAIT_MS, call.signal);
  }
  const text = `${where} read otherwise than they were written: somebody else writes them too. Look at them, then run this again`;
  throw new HoldfastError('unexpected', 'cli', text);
}
