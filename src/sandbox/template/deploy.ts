import { resolve, type Scope } from './intrinsics.ts';
import { BUCKET_RESOURCES } from './bucket-resources.ts';
import { FUNCTION_RESOURCES } from './function-resources.ts';
import { MACHINE_RESOURCES } from './machine-resources.ts';
import { creationOrder } from './order.ts';
import { QUEUE_RESOURCES } from './queue-resources.ts';
import { RECORDED_RESOURCES } from './recorded-resources.ts';
import type { Created, ResourceKind, Site } from './resource-kind.ts';
import { ROLE_RESOURCES } from './role-resources.ts';
import { SCHEDULE_RESOURCES } from './schedule-resources.ts';
import { asRecord, errorText } from '../record.ts';
import type { Declaration, Stack } from './stack.ts';
import { TABLE_RESOURCES } from './table-resources.ts';
import { TOPIC_RESOURCES } from './topic-resources.ts';

const KINDS: Readonly<Record<string, ResourceKind>> = {
  ...BUCKET_RESOURCES,
  ...FUNCTION_RESOURCES,
  ...MACHINE_RESOURCES,
  ...QUEUE_RESOURCES,
  ...RECORDED_RESOURCES,
  ...ROLE_RESOURCES,
  ...SCHEDULE_RESOURCES,
  ...TABLE_RESOURCES,
  ...TOPIC_RESOURCES,
};

/** The framework's own bucket for uploading packages, and its policy: nothing is uploaded here. */
const SKIPPED: ReadonlySet<string> = new Set(['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy']);

/** A stack that stands. */
export interface Deployed {
  readonly name: string;
  readonly region: string;
  /** What `Ref` and `Fn::GetAtt` give, by logical id. */
  readonly resources: Readonly<Record<string, Created>>;
  /** Removes everything, in the opposite order of creation. */
  remove(): Promise<void>;
}

/**
 * Creates what a stack declares. Throws one `Error` that names everything the sandbox would not honour, before anything is created;
 * when a resource fails later, what was created until then is removed again.
 */
export async function deployStack(site: Site, stack: Stack): Promise<Deployed> {
  const problems = Object.entries(stack.resources).flatMap(([id, resource]) => problemsOf(id, resource));
  if (problems.length > 0)
    throw new Error(`the sandbox does not honour all of ${stack.name}:\n- ${problems.join('\n- ')}`);
  const created = new Map<string, Created>();
  const scope = createScope(site, stack, created);
  const remove = async (): Promise<void> => {
    for (const resource of [...created.values()].toReversed()) await resource.remove?.();
    created.clear();
  };
  for (const logicalId of creationOrder(stack.resources)) {
    const { type, properties } = stack.resources[logicalId] ?? { type: '', properties: {} };
    try {
      created.set(logicalId, await create({ type, logicalId, properties, scope }));
    } catch (error) {
      await remove();
      throw new Error(`${logicalId} (${type}) could not be created: ${errorText(error)}`, { cause: error });
    }
  }
  return { name: stack.name, region: stack.region, resources: Object.fromEntries(created), remove };

  async function create(declared: {
    type: string;
    logicalId: string;
    properties: unknown;
    scope: Scope;
  }): Promise<Created> {
    const { logicalId } = declared;
    const kind = KINDS[declared.type];
    if (SKIPPED.has(logicalId) || kind === undefined) return { ref: `${stack.name}-${logicalId.toLowerCase()}` };
    const properties = asRecord(resolve(declared.properties, scope), logicalId);
    return kind.create({ site, stack, logicalId, properties });
  }
}

function problemsOf(id: string, { type, properties }: Declaration): readonly string[] {
  if (SKIPPED.has(id)) return [];
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind === undefined) return [`${id}: the resource type ${type}`];
  const known = new Set([...kind.honoured, ...(kind.recorded ?? [])]);
  return Object.keys(properties).flatMap((name) => (known.has(name) ? [] : [`${id}: the property ${name} of ${type}`]));
}

function createScope({ platform }: Site, stack: Stack, created: ReadonlyMap<string, Created>): Scope {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': platform.account,
    'AWS::Partition': 'aws',
    'AWS::Region': stack.region,
    'AWS::StackId': `arn:aws:cloudformation:${stack.region}:${platform.account}:stack/${stack.name}/0`,
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  return {
    ref(id) {
      const value = pseudo[id] ?? created.get(id)?.ref;
      if (value === undefined) throw new Error(`the sandbox does not resolve the reference ${id}`);
      return value;
    },
    attribute(id, name) {
      const value = created.get(id)?.attributes?.[name];
      if (value === undefined) throw new Error(`the sandbox does not resolve the attribute ${id}.${name}`);
      return value;
    },
  };
}
