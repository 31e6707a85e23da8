import { GetObjectAclCommand, GetObjectTaggingCommand, type Grantee, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectAcl } from '../../model/facts.ts';
import type { ObjectRef } from '../../model/object.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { Call } from '../../ports.ts';
import { addressOf } from './object-state.ts';
import { toTags } from './s3-setting.ts';
import { toObservation } from './translate-error.ts';

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
