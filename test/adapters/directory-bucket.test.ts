import { expect, it } from 'vitest';
import { toObjectState } from '../../src/adapters/aws/object-state.ts';

it.each(['0123456789abcdef0123456789abcdef', '0123456789abcdef0123456789abcdef-3'])(
  'the ETag of an object in a directory bucket is no digest, whatever its shape: %s',
  (etag) => {
    const headers = { $metadata: {}, ETag: `"${etag}"`, ServerSideEncryption: 'AES256' } as const;
    const state = toObjectState({ ...headers, StorageClass: 'EXPRESS_ONEZONE' }, 1);
    expect(state).toMatchObject({ etag: { kind: 'opaque', value: etag }, encryption: 'sse-s3' });
    expect(toObjectState(headers, 1).etag.kind).not.toBe('opaque');
  },
);
