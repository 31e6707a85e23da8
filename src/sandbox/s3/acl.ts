import { canonicalId } from './identifiers.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { Bucket } from './stored.ts';
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
  // Every object of the sandbox belongs to the owner of its bucket.
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

export function toAccessControlPolicy(canned: string, account: string): XmlObject {
  const owner = { ID: canonicalId(account) };
  const grants = CANNED.get(canned) ?? [];
  return {
    Owner: owner,
    AccessControlList: {
      Grant: [
        { Grantee: { ...grantee('CanonicalUser'), ...owner }, Permission: 'FULL_CONTROL' },
        ...grants.map(({ group, permission }) => ({
          Grantee: { ...grantee('Group'), URI: GROUPS + group },
          Permission: permission,
        })),
      ],
    },
  };
}

function grantee(type: 'CanonicalUser' | 'Group'): XmlObject {
  return { '@_xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', '@_xsi:type': type };
}
