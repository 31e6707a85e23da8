import { describe, expect, it } from 'vitest';
import { firstLook, formatLook } from '../../src/model/look.ts';
import { present } from '../../src/model/observation.ts';
import type { Ports } from '../../src/ports.ts';
import { aBudget, creationOf, deliver, type Delivery } from '../support/deliver.ts';
import type { Upload } from '../support/fake-cloud.ts';
import { alertsOf, createFakeWorld, type FakeWorld } from '../support/fake-ports.ts';

const CONTENT = Buffer.alloc(6_000, 'x');
/** Not as the first part suggests: the first reading differs, and the real sizes have to be asked for. */
const UNEVEN: Upload = { key: 'joined', versionId: 'v1', content: CONTENT, partSizes: [1_000, 4_000, 1_000] };

/** Asking for the sizes of thousands of parts takes longer than a connection stays open from which nobody reads. */
function impatient({ objects, ...ports }: Ports): Ports {
  const waiting: { broken: boolean }[] = [];
  return {
    ...ports,
    objects: {
      ...objects,
      parts: async (object, options) => {
        if (options.exact) for (const connection of waiting) connection.broken = true;
        return objects.parts(object, options);
      },
      read: async (object, options) => {
        const opened = await objects.read(object, options);
        if (opened.state !== 'present') return opened;
        const connection = { broken: false };
        waiting.push(connection);
        return present({ ...opened.value, body: breaking(opened.value.body, connection) });
      },
    },
  };
}

function breaking(
  body: AsyncIterable<Uint8Array>,
  connection: { readonly broken: boolean },
): AsyncIterable<Uint8Array> {
  const bytes = body[Symbol.asyncIterator]();
  const close = async (): Promise<IteratorResult<Uint8Array>> =>
    (await bytes.return?.()) ?? { done: true, value: undefined };
  const iterator: AsyncIterator<Uint8Array> = {
    next: async () => (connection.broken ? close() : bytes.next()),
    return: close,
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

async function inspect(world: FakeWorld, upload: Upload, delivery: Delivery = {}): Promise<readonly string[]> {
  const stored = await world.cloud.put(upload);
  await deliver(world, [formatLook(firstLook(creationOf(stored)))], { through: impatient, ...delivery });
  expect(world.cloud.open).toBe(0);
  return alertsOf(world);
}

describe('a connection that is not read from while the parts are asked for', () => {
  it.each<[string, Upload, Delivery]>([
    ['the ETag', UNEVEN, {}],
    ['a composite', { ...UNEVEN, checksums: [{ algorithm: 'SHA256', type: 'COMPOSITE' }] }, {}],
    ['many invocations', UNEVEN, { budget: () => aBudget({ pause: AbortSignal.abort() }) }],
  ])('accuses no intact object: %s', async (_, upload, delivery) => {
    const alerts = await inspect(createFakeWorld(), upload, delivery);
    expect(new Set(alerts)).toEqual(new Set(['info content-verified']));
  });

  it('is not taken up again when the object is gone by then', async () => {
    const world = createFakeWorld();
    const through = (ports: Ports): Ports => {
      const { objects } = impatient(ports);
      const parts: typeof objects.parts = async (object, options) => {
        const found = await objects.parts(object, options);
        if (options.exact) gone = true;
        return found;
      };
      const read: typeof objects.read = async (...args) => (gone ? { state: 'absent' } : objects.read(...args));
      return { ...ports, objects: { ...objects, parts, read } };
    };
    let gone = false;
    expect(await inspect(world, UNEVEN, { through })).toEqual(['info content-unreadable']);
  });
});
