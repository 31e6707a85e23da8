import { canonicalId } from './identifiers.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { Bucket, ObjectVersion } from './stored.ts';
import type { XmlObject } from './xml.ts';

const GROUPS = 'http://acs.amazonaws.com/groups/global/';

/**
 * Canned ACLs and what they grant to others than the owner, who always has FULL_CONTROL.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
const CANNED: ReadonlyMap<string, readonly { readonly group: string; readonly permission: string }[]> = new Map([
  ['private', []],
  ['public-read', [{ group: 'AllUsers', permission: 'READ' }]],
  [
    'public-read-write',
    [
      { group: 'AllUsers', permission: 'READ' },
      { group: 'AllUsers', permission: 'WRITE' },
    ],
  ],
  ['authenticated-read', [{ group: 'AuthenticatedUsers', permission: 'READ' }]],
  ['bucket-owner-read', []],
  ['bucket-owner-full-control', []],
]);

/** The canned ACL that a request asks for. Where the bucket's owner is enforced, ACLs are off. */
export function parseAcl(canned: string | undefined, { ownership }: Pick<Bucket, 'ownership'>): string | undefined {
  if (canned === undefined) return undefined;
  if (!CANNED.has(canned)) throw invalidArgument('x-amz-acl', canned, 'the canned ACL is none that the sandbox knows');
  if (ownership === 'BucketOwnerEnforced' && canned !== 'bucket-owner-full-control') {
    throw new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
  return canned;
}

/** What two of the canned ACLs grant to the owner of the bucket, where that is another than the owner of the object. */
const TO_BUCKET_OWNER: ReadonlyMap<string, string> = new Map([
  ['bucket-owner-read', 'READ'],
  ['bucket-owner-full-control', 'FULL_CONTROL'],
]);

/** The account that an object belongs to when this account uploads it. */
export function ownerOf({ ownership, account }: Bucket, uploader: string, acl: string): string {
  if (ownership === 'BucketOwnerEnforced') return account;
  return ownership === 'BucketOwnerPreferred' && acl === 'bucket-owner-full-control' ? account : uploader;
}

export function toAccessControlPolicy({ acl, owner: ownedBy }: ObjectVersion, { account }: Bucket): XmlObject {
  const owner = { ID: canonicalId(ownedBy) };
  const grants = CANNED.get(acl) ?? [];
  const toBucketOwner = ownedBy === account ? undefined : TO_BUCKET_OWNER.get(acl);
  return {
    Owner: owner,
    AccessControlList: {
      Grant: [
        { Grantee: { ...grantee('CanonicalUser'), ...owner }, Permission: 'FULL_CONTROL' },
        ...grants.map(({ group, permission }) => ({
          Grantee: { ...grantee('Group'), URI: GROUPS + group },
          Permission: permission,
        })),
        ...(toBucketOwner === undefined
          ? []
          : [{ Grantee: { ...grantee('CanonicalUser'), ID: canonicalId(account) }, Permission: toBucketOwner }]),
      ],
    },
  };
}

function grantee(type: 'CanonicalUser' | 'Group'): XmlObject {
  return { '@_xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', '@_xsi:type': type };
}
