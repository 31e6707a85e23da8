import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import { gatherReplicas } from '../../src/gather/gather-replicas.ts';
import type { BucketSettings, LifecycleRule } from '../../src/model/bucket-settings.ts';
import type { ObjectState } from '../../src/model/facts.ts';
import type { Finding } from '../../src/model/finding.ts';
import { present } from '../../src/model/observation.ts';
import type { BucketStore, ObjectStore } from '../../src/ports.ts';
import { arbitraryUploads } from '../support/arbitrary-uploads.ts';
import { aBudget } from '../support/deliver.ts';
import { createFakeCloud, type Upload } from '../support/fake-cloud.ts';
import { anEvent, someFacts } from '../support/facts.ts';
import { aLifecycleRule, aReplicationRule, LINK } from '../support/replicas.ts';

const CREATED_AT = new Date('2026-11-01T00:00:00Z');
const REPLICA_CHECKS = checks.filter(({ needs }) => needs.includes('replicas'));

interface Sides {
  readonly source: Upload;
  readonly replica: Upload;
  readonly ruled?: Parameters<typeof aReplicationRule>[0];
  readonly lifecycle?: readonly LifecycleRule[];
  readonly lookedAt?: Date;
}

/** Both sides in a cloud of their own, seen by a look that asks for everything. */
async function look({
  source,
  replica,
  ruled = {},
  lifecycle,
  lookedAt = CREATED_AT,
}: Sides): Promise<readonly Finding[]> {
  const [here, there] = [createFakeCloud(), createFakeCloud()];
  const { object } = await here.put({ ...source, versionId: 'v1' });
  await there.put({ ...replica, key: object.key, versionId: 'v1' });
  const at = ({ bucket }: { readonly bucket: string }): ObjectStore =>
    (bucket === object.bucket ? here : there).objects;
  const objects: ObjectStore = {
    head: async (asked, options) => at(asked).head(asked, options),
    parts: async (asked, options) => at(asked).parts(asked, options),
    read: async (asked, options) => at(asked).read(asked, options),
    tags: async (asked, call) => at(asked).tags(asked, call),
    acl: async (asked, call) => at(asked).acl(asked, call),
    lock: async (asked, call) => at(asked).lock(asked, call),
  };
  const settings: Partial<BucketSettings> = {
    replication: { role: 'role', rules: [aReplicationRule(ruled)] },
    ...(lifecycle === undefined ? {} : { lifecycle }),
  };
  const buckets: BucketStore = {
    async setting(_, name) {
      const value = settings[name];
      return value === undefined ? { state: 'absent' } : present(value);
    },
  };
  const gathered = await gatherReplicas(
    { object, links: [LINK], everything: true, checksums: true },
    { objects, buckets },
    aBudget(),
  );
  const event = anEvent({ object, eventAt: CREATED_AT });
  const facts = someFacts({
    event,
    ...gathered,
    lookedAt,
    due: { ageMs: lookedAt.getTime() - CREATED_AT.getTime(), last: true },
  });
  return REPLICA_CHECKS.flatMap((check) => check.run(facts));
}

const codesOf = (findings: readonly Finding[], verdict: Finding['verdict']): readonly string[] =>
  findings.filter((finding) => finding.verdict === verdict).map(({ code }) => code);

it('never calls equal contents different, however each side was cut, encrypted and summed up', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryUploads, async ([source, made]) => {
      const findings = await look({ source, replica: { ...made, content: source.content } });
      const accused = codesOf(findings, 'violated').filter((code) => code !== 'replica-encryption-differs');
      expect(accused).toEqual([]);
      compared += codesOf(findings, 'unverifiable').includes('replica-not-comparable') ? 0 : 1;
    }),
    { numRuns: 400 },
  );
  expect(compared).toBeGreaterThan(60);
});

it('never calls different contents a match', async () => {
  let accused = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryUploads, async ([source, replica]) => {
      fc.pre(Buffer.compare(Buffer.from(source.content), Buffer.from(replica.content)) !== 0);
      const findings = await look({ source, replica });
      expect(codesOf(findings, 'verified')).toEqual([]);
      accused += codesOf(findings, 'violated').filter((code) => code === 'replica-content-differs').length;
    }),
    { numRuns: 400 },
  );
  expect(accused).toBeGreaterThan(60);
});

/** What S3 does to a replica: the rule's class and key, and an encryption for what has none. */
const ruled = fc.record({
  storageClass: fc.constantFrom(undefined, 'STANDARD_IA', 'GLACIER_IR'),
  replicaKmsKeyId: fc.constantFrom(undefined, 'arn:aws:kms:us-east-1:444455556666:key/b'),
  ownerOverride: fc.boolean(),
});

const written = fc.record({
  metadata: fc.dictionary(fc.constantFrom('a', 'é', '😀'), fc.string(), { maxKeys: 2 }),
  system: fc.dictionary(fc.constantFrom('content-type', 'expires'), fc.string(), { maxKeys: 2 }),
  lock: fc.constantFrom(undefined, { legalHold: true }, { mode: 'COMPLIANCE', retainUntilAt: CREATED_AT }),
  tagCount: fc.constantFrom(undefined, 3),
  storageClass: fc.constantFrom('STANDARD', 'INTELLIGENT_TIERING'),
});

/** Moved by a lifecycle rule of either side that is due. */
const moved = fc.constantFrom('neither', 'source', 'replica');

it('never accuses a replica that S3 made as its rules say, at any age', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryUploads,
      ruled,
      written,
      moved,
      fc.nat(400),
      async ([source], rule, state, side, days) => {
        const lookedAt = new Date(CREATED_AT.getTime() + days * 86_400_000);
        const cold = days > 30 ? 'DEEP_ARCHIVE' : undefined;
        const lifecycle = [aLifecycleRule({ transitions: [{ days: 30, storageClass: 'DEEP_ARCHIVE' }] })];
        const { encryption = 'none' } = source;
        const stateOf = (storageClass: string): Partial<ObjectState> =>
          defined({ ...state, storageClass, kmsKeyId: rule.replicaKmsKeyId });
        const findings = await look({
          source: { ...source, state: stateOf((side === 'source' ? cold : undefined) ?? state.storageClass) },
          replica: {
            ...source,
            encryption: encryption === 'none' ? 'sse-kms' : encryption,
            state: stateOf((side === 'replica' ? cold : undefined) ?? rule.storageClass ?? state.storageClass),
          },
          ruled: defined(rule),
          lifecycle,
          lookedAt,
        });
        expect(codesOf(findings, 'violated')).toEqual([]);
      },
    ),
    { numRuns: 400 },
  );
});

function defined<T extends object>(members: T): { [name in keyof T]?: Exclude<T[name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [name in keyof T]?: Exclude<T[name], undefined>;
  };
}
