import { describe, expect, it } from 'vitest';
import { derivePublicKey, isSignedAsymmetrically } from '../../src/sandbox/sigv4a.ts';
import { parseClaim } from '../../src/sandbox/sigv4-claim.ts';

/** Of the test suite that AWS publishes with its C library for signatures (aws-c-auth, aws-sig-v4a-signing-test-suite). */
const EXAMPLE = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const PUBLIC = {
  x: 'b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1',
  y: '865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518',
};

const hex = (text = ''): string => Buffer.from(text, 'base64url').toString('hex');

const headers = {
  'x-amz-date': '20261121T120000Z',
  'x-amz-region-set': '*',
  authorization:
    'AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20261121/s3/aws4_request, SignedHeaders=host, Signature=ab',
};

describe('the asymmetric signature', () => {
  it('has the public key that AWS derives', () => {
    const { x, y } = derivePublicKey(EXAMPLE).export({ format: 'jwk' });
    expect({ x: hex(x), y: hex(y) }).toEqual(PUBLIC);
  });

  it.each([
    ['nothing', ''],
    ['no hexadecimal digits', 'zz'],
    ['an odd number of them', 'abc'],
    ['another', '3006020101020101'],
  ])('is none where it is %s', (_, signature) => {
    expect(isSignedAsymmetrically(EXAMPLE, 'text', signature)).toBe(false);
  });

  it('is claimed for every Region, without one in the scope', () => {
    expect(parseClaim(headers, [])).toMatchObject({
      algorithm: 'AWS4-ECDSA-P256-SHA256',
      region: '*',
      service: 's3',
      date: '20261121',
      accessKeyId: 'AKIDEXAMPLE',
    });
  });

  it.each([
    ['some Regions only', { 'x-amz-region-set': 'us-east-1' }, /X-Amz-Region-Set is us-east-1/],
    ['no Regions', { 'x-amz-region-set': undefined }, /X-Amz-Region-Set is missing/],
    ['a scope with a Region', { authorization: headers.authorization.replace('/s3/', '/us-east-1/s3/') }, /credential/],
  ])('is refused for %s', (_, change, why) => {
    const { 'x-amz-region-set': set, ...rest } = { ...headers, ...change };
    expect(() => parseClaim({ ...rest, ...(set === undefined ? {} : { 'x-amz-region-set': set }) }, [])).toThrow(why);
  });

  it('is not taken in a URL', () => {
    expect(() => parseClaim({}, [['X-Amz-Algorithm', 'AWS4-ECDSA-P256-SHA256']])).toThrow(/presigned URLs/);
  });
});
