import { randomBytes } from 'node:crypto';
import { KMS_KEY } from './places.ts';
import type { DemoObject } from './demo-object.ts';

export const KIB = 1024;
export const MIB: number = 1024 * KIB;

/** SSE-KMS with the key that the configuration lets Holdfast's roles use. */
export const SSE_KMS: Readonly<Record<string, string>> = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KMS_KEY };

/** Random bytes: no two objects are alike, and nothing compresses. */
export function randomContent(sizeBytes: number): Pick<DemoObject, 'sizeBytes' | 'content'> {
  return { sizeBytes, content: () => randomBytes(sizeBytes) };
}
