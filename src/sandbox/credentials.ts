import type { Principal } from './service.ts';
import { randomText } from './random.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only with the temporary credentials of a role. */
  readonly sessionToken?: string;
}

/** An access key, and on whose behalf it signs. */
export interface Identity {
  readonly credentials: Credentials;
  readonly principal: Principal;
  /** `assumed-role` ARN of a session, or the user's own. */
  readonly callerArn: string;
  /** Epoch milliseconds; absent: never. */
  readonly expiresAt?: number;
}

export interface SessionPlan {
  readonly roleArn: string;
  readonly sessionName: string;
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
  /** Where it is used. */
  readonly region?: string;
}

export interface CredentialStore {
  /** The one user who may do everything. */
  readonly admin: Identity;
  /** The one of another account: the same whenever it is asked for. */
  adminOf(account: string): Identity;
  /** The one of the sandbox's account, at work in a Region: for what depends on where a caller is. */
  adminIn(region: string): Identity;
  find(accessKeyId: string): Identity | undefined;
  /** Temporary credentials of a role. */
  openSession(session: SessionPlan): Identity;
}

const KEY_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SECRET_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function createCredentials(account: string, random: () => number): CredentialStore {
  const identities = new Map<string, Identity>();

  function register(identity: Identity): Identity {
    identities.set(identity.credentials.accessKeyId, identity);
    return identity;
  }

  const secret = (): string => randomText(random, 40, SECRET_LETTERS);
  const admins = new Map<string, Identity>();

  function adminOf(owner: string, region?: string): Identity {
    const id = `${owner} ${region ?? ''}`;
    const known = admins.get(id);
    if (known !== undefined) return known;
    const accessKeyId = `AKIA${randomText(random, 16, KEY_LETTERS)}`;
    const arn = `arn:aws:iam::${owner}:user/admin`;
    const created = register({
      credentials: { accessKeyId, secretAccessKey: secret() },
      principal: { accessKeyId, account: owner, arn, ...(region === undefined ? {} : { region }) },
      callerArn: arn,
    });
    admins.set(id, created);
    return created;
  }

  return {
    admin: adminOf(account),
    adminOf: (owner) => adminOf(owner),
    adminIn: (region) => adminOf(account, region),
    find: (id) => identities.get(id),
    openSession({ roleArn, sessionName, expiresAt, region }) {
      const id = `ASIA${randomText(random, 16, KEY_LETTERS)}`;
      const sessionToken = randomText(random, 96, SECRET_LETTERS);
      return register({
        credentials: { accessKeyId: id, secretAccessKey: secret(), sessionToken },
        principal: { accessKeyId: id, account, arn: roleArn, ...(region === undefined ? {} : { region }) },
        callerArn: `arn:aws:sts::${account}:assumed-role/${roleName(roleArn)}/${sessionName}`,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
    },
  };
}

/** The name at the end of a role's ARN. */
export function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

/** Whether this principal is bound by no policy of its account. */
export function isAdmin(principal: Principal): boolean {
  return principal.arn.endsWith(':user/admin');
}
