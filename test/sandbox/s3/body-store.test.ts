import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBodyStore, type Body, type BodyStore } from '../../../src/sandbox/s3/body-store.ts';

const LARGE = 600_000;

let folder: string;
let bodies: BodyStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bodies-'));
  bodies = createBodyStore(folder);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function store(bytes: Buffer): Promise<Body> {
  const writer = bodies.writer();
  for (let at = 0; at < bytes.length; at += 50_000) await writer.write(bytes.subarray(at, at + 50_000));
  return await writer.finish();
}

async function read(body: Body, ...range: [start?: number, end?: number]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodies.read(body, ...range) as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const files = async () => await readdir(join(folder, 's3'));

it('keeps small bodies in memory and large ones in a file, until nobody holds them', async () => {
  const small = await store(Buffer.alloc(1000, 'a'));
  expect(await files()).toEqual([]);
  const large = await store(Buffer.alloc(LARGE, 'b'));
  const copy = bodies.share(large);
  expect(await files()).toHaveLength(1);
  await bodies.release(large);
  expect((await read(copy)).equals(Buffer.alloc(LARGE, 'b'))).toBe(true);
  await bodies.release(copy);
  expect(await files()).toEqual([]);
  expect((await read(small)).toString()).toBe('a'.repeat(1000));
});

it('lets a reader finish a body that is released meanwhile, and then removes it', async () => {
  const body = await store(Buffer.alloc(LARGE, 'c'));
  const reader = bodies.read(body);
  await bodies.release(body);
  expect(await files()).toHaveLength(1);
  let sizeBytes = 0;
  for await (const chunk of reader as AsyncIterable<Uint8Array>) sizeBytes += chunk.length;
  expect(sizeBytes).toBe(LARGE);
  await expect.poll(files).toEqual([]);
});

it('removes the file of a body that was read in part only, or not at all', async () => {
  const body = await store(Buffer.alloc(LARGE, 'd'));
  bodies.read(body).destroy();
  await bodies.release(body);
  await expect.poll(files).toEqual([]);
});

it('joins bodies without copying, and reads across their seams', async () => {
  const parts = [
    await store(Buffer.from('abc')),
    await store(Buffer.alloc(LARGE, 'x')),
    await store(Buffer.from('yz')),
  ];
  const joined = bodies.share(...parts);
  expect(joined.sizeBytes).toBe(LARGE + 5);
  expect((await read(joined, 1, 5)).toString()).toBe('bcxx');
  expect((await read(joined, LARGE + 2)).toString()).toBe('xyz');
  expect(await files()).toHaveLength(1);
});

it.each([0, 2, 3, LARGE + 2, LARGE + 3, LARGE + 4])(
  'flips the byte %i and no other, for one holder',
  async (offset) => {
    const content = Buffer.concat([Buffer.from('abc'), Buffer.alloc(LARGE, 'x'), Buffer.from('yz')]);
    const parts = [
      await store(content.subarray(0, 3)),
      await store(content.subarray(3, -2)),
      await store(content.subarray(-2)),
    ];
    const other = bodies.share(...parts);
    const damaged = await bodies.flip(bodies.share(...parts), offset);
    const bytes = await read(damaged);
    expect(bytes[offset]).toBe((content[offset] ?? 0) ^ 0xff);
    bytes.writeUInt8(content[offset] ?? 0, offset);
    expect(bytes.equals(content)).toBe(true);
    expect((await read(other)).equals(content)).toBe(true);
  },
);

it.each([0, 2, 3, 5, LARGE + 3, LARGE + 4])('cuts off all but %i bytes', async (sizeBytes) => {
  const content = Buffer.concat([Buffer.from('abc'), Buffer.alloc(LARGE, 'x'), Buffer.from('yz')]);
  const parts = [
    await store(content.subarray(0, 3)),
    await store(content.subarray(3, -2)),
    await store(content.subarray(-2)),
  ];
  const joined = bodies.share(...parts);
  for (const part of parts) await bodies.release(part);
  const cut = await bodies.truncate(joined, sizeBytes);
  expect((await read(cut)).equals(content.subarray(0, sizeBytes))).toBe(true);
  await bodies.release(cut);
  expect(await files()).toEqual([]);
});
