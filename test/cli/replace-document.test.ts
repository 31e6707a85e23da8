import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/model/observation.ts';
import { readDocument, replaceDocument } from '../../src/cli/replace-document.ts';
import type { JsonObject, SettingDocument } from '../../src/model/wiring.ts';
import type { BucketDocuments } from '../../src/ports.ts';

const BUCKET = { bucket: 'orders-use1', region: 'us-east-1', account: '111122223333' };
const call = { signal: new AbortController().signal };
const FOUND = { EventBridgeConfiguration: {} };
const WANTED = { ...FOUND, QueueConfigurations: [{ Id: 'x' }] };

const readable = (document: JsonObject, unknown: readonly string[] = []): Observation<SettingDocument> => ({
  state: 'present',
  value: { document, unknown },
});

/** A bucket that answers in turn what is given, the last of it again and again. */
function createPorts(...answers: readonly Observation<SettingDocument>[]) {
  const written: JsonObject[] = [];
  const waits: number[] = [];
  let reading = 0;
  const documents: BucketDocuments = {
    read: async () => answers[Math.min(reading++, answers.length - 1)] ?? { state: 'absent' },
    write: async (_bucket, _name, { document }) => void written.push(document),
  };
  return { written, waits, documents, wait: async (ms: number) => void waits.push(ms) };
}

const replace = async (ports: ReturnType<typeof createPorts>) =>
  replaceDocument({ bucket: BUCKET, name: 'notifications', found: FOUND, document: WANTED }, ports, call);

describe('readDocument', () => {
  it.each<[string, Observation<SettingDocument>, string]>([
    ['is missing', { state: 'absent' }, 'got no such bucket'],
    ['is closed to us', { state: 'unreadable', reason: 'access-denied' }, 'got access-denied'],
    [
      'has what only a later version knows',
      readable(FOUND, ['Weird', 'New']),
      'got Weird, New: this version of Holdfast',
    ],
  ])('refuses a bucket that %s', async (_, answer, problem) => {
    await expect(readDocument(BUCKET, 'notifications', createPorts(answer), call)).rejects.toThrow(problem);
  });

  it('answers the whole configuration', async () => {
    expect(await readDocument(BUCKET, 'notifications', createPorts(readable(FOUND)), call)).toBe(FOUND);
  });
});

describe('replaceDocument', () => {
  it('writes, and is content once it reads what it wrote', async () => {
    const ports = createPorts(readable(FOUND), readable(FOUND), readable(WANTED));
    await replace(ports);
    expect([ports.written, ports.waits]).toEqual([[WANTED], [1_000]]);
  });

  it('writes nothing where somebody has changed the configuration since', async () => {
    const ports = createPorts(readable({}));
    await expect(replace(ports)).rejects.toThrow('somebody has changed the notifications of orders-use1');
    expect(ports.written).toEqual([]);
  });

  it('says so where it reads otherwise than it wrote', async () => {
    const ports = createPorts(readable(FOUND), readable({ QueueConfigurations: [{ Id: 'another' }] }));
    await expect(replace(ports)).rejects.toThrow('read otherwise than they were written');
    expect(ports.waits).toHaveLength(5);
  });
});
