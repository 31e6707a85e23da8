import {
  GetObjectAclCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  type Grantee,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectAcl, ObjectLock } from '../../model/facts.ts';
import type { ObjectRef } from '../../model/object.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { Call } from '../../ports.ts';
import { addressOf } from './object-state.ts';
import { toTags } from './s3-setting.ts';
import { toFailure, toObservation } from './translate-error.ts';

/** An object without tags has an empty set of them. */
export async function readTags(
  client: S3Client,
  object: ObjectRef,
  { signal }: Call,
): Promise<Observation<Readonly<Record<string, string>>>> {
  try {
    const { TagSet: tags } = await client.send(new GetObjectTaggingCommand(addressOf(object)), { abortSignal: signal });
    return present(toTags(tags));
  } catch (error) {
    return toObservation(error, 'ObjectStore.tags');
  }
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export async function readAcl(client: S3Client, object: ObjectRef, { signal }: Call): Promise<Observation<ObjectAcl>> {
  try {
    const answer = await client.send(new GetObjectAclCommand(addressOf(object)), { abortSignal: signal });
    const grants = (answer.Grants ?? []).map(({ Grantee: grantee, Permission: permission = '' }) => {
      return `${toGrantee(grantee)} ${permission}`;
    });
    return present({ owner: answer.Owner?.ID ?? '', grants: grants.toSorted() });
  } catch (error) {
    return toObservation(error, 'ObjectStore.acl');
  }
}

function toGrantee(grantee: Grantee | undefined): string {
  return grantee?.ID ?? grantee?.URI ?? grantee?.EmailAddress ?? '';
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export async function readLock(
  client: S3Client,
  object: ObjectRef,
  { signal }: Call,
): Promise<Observation<ObjectLock>> {
  const options = { abortSignal: signal };
  try {
    const retention = await unlessUnlocked(client.send(new GetObjectRetentionCommand(addressOf(object)), options));
    const hold = await unlessUnlocked(client.send(new GetObjectLegalHoldCommand(addressOf(object)), options));
    const { Mode: mode, RetainUntilDate: retainUntilAt } = retention?.Retention ?? {};
    const isHeld = hold?.LegalHold?.Status === 'ON';
    if (mode === undefined && retainUntilAt === undefined && !isHeld) return { state: 'absent' };
    return present({
      ...(mode === undefined ? {} : { mode }),
      ...(retainUntilAt === undefined ? {} : { retainUntilAt }),
      ...(isHeld ? { legalHold: true } : {}),
    });
  } catch (error) {
    return toObservation(error, 'ObjectStore.lock');
  }
}

/** The answer; `undefined` where the version has no such thing, or its bucket no Object Lock. */
async function unlessUnlocked<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { status, code, message } = toFailure(error);
    if (code === 'NoSuchObjectLockConfiguration') return undefined;
    if (status === 400 && /missing Object Lock/i.test(message)) return undefined; // InvalidRequest says much else, too
    throw error;
  }
}
