import { receiveText } from './receive.ts';
import type { AnyOperation, BucketOperation, Call } from './s3-cloud.ts';
import { S3Error, type S3ErrorCode } from './s3-error.ts';
import type { SandboxResponse } from '../service.ts';
import { malformedXml, parseXml } from './xml.ts';

/** Says on every answer that the sandbox remembers the document for whoever reads it, and does nothing that it says. */
const RECORDED = { 'x-holdfast-sandbox': 'recorded, not acted on' } as const;

interface RecordedKind {
  /** Query parameter. */
  readonly subresource: string;
  /** Names of the operations. */
  readonly put: string;
  readonly get: string;
  readonly remove: string;
  /** Root element. */
  readonly root: string;
  readonly missing: S3ErrorCode;
  /** Status of a PUT. */
  readonly putStatus?: number;
}

/** Settings of a bucket that a monitor reads, in the order of the documentation. */
const KINDS: readonly RecordedKind[] = [
  {
    subresource: 'publicAccessBlock',
    put: 'PutPublicAccessBlock',
    get: 'GetPublicAccessBlock',
    remove: 'DeletePublicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    missing: 'NoSuchPublicAccessBlockConfiguration',
  },
  {
    subresource: 'tagging',
    put: 'PutBucketTagging',
    get: 'GetBucketTagging',
    remove: 'DeleteBucketTagging',
    root: 'Tagging',
    missing: 'NoSuchTagSet',
    putStatus: 204,
  },
];

function record({ bucket }: Call, name: string, document: string): void {
  bucket.recorded.set(name, document);
}

function give({ bucket }: Call, name: string, { missing }: Pick<RecordedKind, 'missing'>): SandboxResponse {
  const document = bucket.recorded.get(name);
  if (document === undefined) throw new S3Error(missing, `The ${name} configuration does not exist`);
  return { status: 200, headers: { ...RECORDED, 'content-type': 'application/xml' }, body: document };
}

function operationsOf(kind: RecordedKind): readonly BucketOperation[] {
  const { subresource, root } = kind;
  const shape = { on: 'bucket', selectors: [subresource] } as const;
  return [
    {
      ...shape,
      name: kind.put,
      method: 'PUT',
      async run(call) {
        const document = await receiveText(call.cloud, call.request);
        parseXml(document, root);
        record(call, subresource, document);
        return { status: kind.putStatus ?? 200, headers: RECORDED };
      },
    },
    { ...shape, name: kind.get, method: 'GET', run: async (call) => give(call, subresource, kind) },
    {
      ...shape,
      name: kind.remove,
      method: 'DELETE',
      async run({ bucket }) {
        bucket.recorded.delete(subresource);
        return { status: 204, headers: RECORDED };
      },
    },
  ];
}

const INVENTORY = { on: 'bucket', selectors: ['inventory'] } as const;
const INVENTORY_ROOT = 'InventoryConfiguration';

/** S3 keeps up to a thousand of these, by their ID. */
const INVENTORIES: readonly BucketOperation[] = [
  {
    ...INVENTORY,
    name: 'PutBucketInventoryConfiguration',
    method: 'PUT',
    parameters: ['id'],
    async run(call) {
      const document = await receiveText(call.cloud, call.request);
      if (parseXml(document, INVENTORY_ROOT).requireText('Id') !== call.request.query.get('id')) throw malformedXml();
      record(call, inventoryName(call), document);
      return { status: 204, headers: RECORDED };
    },
  },
  {
    ...INVENTORY,
    name: 'GetBucketInventoryConfiguration',
    method: 'GET',
    selectors: ['inventory', 'id'],
    run: async (call) => give(call, inventoryName(call), { missing: 'NoSuchConfiguration' }),
  },
  {
    ...INVENTORY,
    name: 'ListBucketInventoryConfigurations',
    method: 'GET',
    async run({ bucket }) {
      const documents = [...bucket.recorded].filter(([name]) => name.startsWith('inventory/')).map(([, text]) => text);
      const inner = documents.map((text) => text.replace(/^\s*<\?xml[^>]*\?>/, '')).join('');
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n<ListInventoryConfigurationsResult>${inner}<IsTruncated>false</IsTruncated></ListInventoryConfigurationsResult>`;
      return { status: 200, headers: { ...RECORDED, 'content-type': 'application/xml' }, body };
    },
  },
  {
    ...INVENTORY,
    name: 'DeleteBucketInventoryConfiguration',
    method: 'DELETE',
    parameters: ['id'],
    async run(call) {
      call.bucket.recorded.delete(inventoryName(call));
      return { status: 204, headers: RECORDED };
    },
  },
];

function inventoryName({ request }: Call): string {
  return `inventory/${request.query.get('id') ?? ''}`;
}

export const RECORDED_OPERATIONS: readonly AnyOperation[] = [...KINDS.flatMap(operationsOf), ...INVENTORIES];
