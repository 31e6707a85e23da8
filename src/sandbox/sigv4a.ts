import { createECDH, createHmac, createPublicKey, verify, type KeyObject } from 'node:crypto';

import type { Credentials } from './credentials.ts';

const LABEL = 'AWS4-ECDSA-P256-SHA256';

/** Order of the curve P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Deriving a key takes longer than checking a signature, and an access key signs many times. */
const publicKeys = new Map<string, KeyObject>();

/** Whether a text was signed with the private key that follows from the secret. The signature is hexadecimal DER. */
export function isSignedAsymmetrically(credentials: Credentials, text: string, signature: string): boolean {
  const { accessKeyId, secretAccessKey } = credentials;
  const id = `${accessKeyId} ${secretAccessKey}`;
  const key = publicKeys.get(id) ?? derivePublicKey(credentials);
  publicKeys.set(id, key);
  return (
    /^(?:[0-9a-f]{2})+$/.test(signature) && verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'hex'))
  );
}

/**
 * The public key of an access key, whose private key is derived from the secret in counter mode until it lies on the curve.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html#signature-versions
 */
export function derivePublicKey({ accessKeyId, secretAccessKey }: Credentials): KeyObject {
  for (let counter = 1; counter <= 254; counter += 1) {
    const candidate = createHmac('sha256', `AWS4A${secretAccessKey}`)
      .update(Buffer.from([0, 0, 0, 1]))
      .update(`${LABEL}\0${accessKeyId}`)
      .update(Buffer.from([counter, 0, 0, 1, 0]))
      .digest('hex');
    const scalar = BigInt(`0x${candidate}`);
    if (scalar <= ORDER - 2n) return toPublicKey(scalar + 1n);
  }
  throw new Error('no counter gives a key: which has never been seen');
}

function toPublicKey(privateKey: bigint): KeyObject {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(privateKey.toString(16).padStart(64, '0'), 'hex');
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((bytes) => bytes.toString('base64url'));
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
}
