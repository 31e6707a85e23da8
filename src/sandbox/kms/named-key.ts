import { AwsError } from '../aws-error.ts';
import type { AccessControl } from '../iam/access.ts';
import type { JsonCall } from '../json-service.ts';
import { requireKey } from './key-access.ts';
import type { KeyHome, KeyRegister } from './key-register.ts';
import type { KmsKey } from './key.ts';

export interface KmsSite {
  readonly keys: KeyRegister;
  readonly access: AccessControl;
}

/** Where the names of a call that are no ARNs belong. */
export function homeOf({ region, principal }: JsonCall): KeyHome {
  return { region, account: principal.account };
}

/** The key by that name in the Region of the call, about which the caller may do this. Throws KMS's refusals. */
export function requireNamedKey({ keys, access }: KmsSite, call: JsonCall, asked: NamedKey): KmsKey {
  const { name, action } = asked;
  const { principal, region } = call;
  const key = keys.find(name, homeOf(call));
  if (key === undefined || key.region !== region) {
    const [kind, path] = name.includes('alias/') ? ['Alias', name] : ['Key', `key/${name}`];
    const arn = name.startsWith('arn:') ? name : `arn:aws:kms:${region}:${principal.account}:${path}`;
    throw new AwsError('NotFoundException', 400, `${kind} '${arn}' does not exist`);
  }
  requireKey(access, { principal, action, key });
  return key;
}

export interface NamedKey {
  /** ARN of key or alias, key ID, or alias. */
  readonly name: string;
  readonly action: string;
}
