import { AwsError } from '../aws-error.ts';
import type { Platform } from '../platform.ts';
import { randomUuid } from '../random.ts';
import { toKeyArn } from '../s3/encryption.ts';
import type { KmsKey } from './key.ts';
import { defaultKeyPolicy, managedKeyPolicy, parseKeyPolicy } from './key-policy.ts';

export interface KeyPlan {
  readonly region: string;
  readonly account: string;
  /** Absent: one by chance. */
  readonly keyId?: string;
  readonly description?: string;
  /** JSON; absent: the account's roles decide. */
  readonly policy?: string;
}

/** All keys of all Regions. AWS's own key of S3 is there from the beginning, in every Region and account. */
export interface KeyRegister {
  create(plan: KeyPlan): KmsKey;
  /** By ARN of the key or of an alias, by key ID or by alias; the latter two within the Region and account. */
  find(name: string, home: KeyHome): KmsKey | undefined;
  /** Whether customer keys were created there: an ARN that is not among them names no key then. */
  isKept(home: KeyHome): boolean;
  alias(name: string, key: KmsKey): void;
  removeAlias(name: string, home: KeyHome): void;
  /** Names, with `alias/` in front. */
  aliases(home: KeyHome): readonly { readonly name: string; readonly key: KmsKey }[];
  all(home: KeyHome): readonly KmsKey[];
  /** Ends a key after the waiting period, unless that is cancelled. */
  scheduleDeletion(key: KmsKey, days: number): void;
}

export interface KeyHome {
  readonly region: string;
  readonly account: string;
}

const DAY_MS = 86_400_000;
const MANAGED_ALIAS = 'alias/aws/s3';

export function createKeyRegister({ clock, random }: Pick<Platform, 'clock' | 'random'>): KeyRegister {
  const keys = new Map<string, KmsKey>();
  /** By ARN of the alias. */
  const aliases = new Map<string, KmsKey>();
  const createdAtMs = clock.now();

  function add(plan: KeyHome & Pick<KmsKey, 'keyId' | 'description' | 'manager' | 'policy' | 'createdAtMs'>): KmsKey {
    const arn = `arn:aws:kms:${plan.region}:${plan.account}:key/${plan.keyId}`;
    const key: KmsKey = {
      ...plan,
      arn,
      state: 'Enabled',
      statements: parseKeyPolicy(plan.policy),
    };
    keys.set(arn, key);
    return key;
  }

  function managed(home: KeyHome): KmsKey {
    const arn = toKeyArn(undefined, home);
    const existing = keys.get(arn);
    if (existing !== undefined) return existing;
    const policy = managedKeyPolicy(home.account, home.region);
    const description = 'Default key that protects my S3 objects when no other key is defined';
    const key = add({
      ...home,
      keyId: arn.slice(arn.indexOf('/') + 1),
      description,
      manager: 'AWS',
      policy,
      createdAtMs,
    });
    aliases.set(aliasArn(home, MANAGED_ALIAS), key);
    return key;
  }

  return {
    create({ region, account, keyId = randomUuid(random), description = '', policy = defaultKeyPolicy(account) }) {
      return add({ region, account, keyId, description, manager: 'CUSTOMER', policy, createdAtMs: clock.now() });
    },
    find(name, home) {
      const arn = name.startsWith('arn:') ? name : aliasArn(home, name.startsWith('alias/') ? name : `key/${name}`);
      const [, , , region = '', account = ''] = arn.split(':');
      managed({ region, account });
      return keys.get(arn) ?? aliases.get(arn);
    },
    isKept: (home) => [...keys.values()].some((key) => key.manager === 'CUSTOMER' && isAt(key, home)),
    alias(name, key) {
      const arn = aliasArn(key, name);
      if (aliases.has(arn))
        throw new AwsError('AlreadyExistsException', 400, `An alias with the name ${arn} already exists`);
      aliases.set(arn, key);
    },
    removeAlias: (name, home) => void aliases.delete(aliasArn(home, name)),
    aliases(home) {
      managed(home);
      const prefix = aliasArn(home, '');
      return [...aliases].flatMap(([arn, key]) =>
        arn.startsWith(prefix) ? [{ name: arn.slice(prefix.length), key }] : [],
      );
    },
    all(home) {
      managed(home);
      return [...keys.values()].filter((key) => isAt(key, home));
    },
    scheduleDeletion(key, days) {
      const deletionAtMs = clock.now() + days * DAY_MS;
      key.state = 'PendingDeletion';
      key.deletionAtMs = deletionAtMs;
      clock.schedule(days * DAY_MS, () => {
        if (key.deletionAtMs !== deletionAtMs) return;
        keys.delete(key.arn);
        for (const [arn, target] of aliases) if (target === key) aliases.delete(arn);
      });
    },
  };
}

function aliasArn({ region, account }: KeyHome, name: string): string {
  return `arn:aws:kms:${region}:${account}:${name}`;
}

function isAt(key: KmsKey, { region, account }: KeyHome): boolean {
  return key.region === region && key.account === account;
}
