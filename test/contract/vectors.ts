import type { ChecksumAlgorithm } from '../../src/model/checksum.ts';

/** Checksums of `hello world`, made by other programs than ours and by two of them each. */
export const helloWorld: Readonly<Record<ChecksumAlgorithm, string>> = {
  CRC32: 'DUoRhQ==',
  CRC32C: 'yZRlqg==',
  CRC64NVME: 'jSnVw/bqjr4=',
  SHA1: 'Kq5sNclPz7QV2+lfQIuc6R7oRu0=',
  SHA256: 'uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=',
  SHA512: 'MJ7MSJwS1utMxA9QyQLytNDtd+5RGnx6m808qG1M2G+YndNbxf9JlnDaNCVbRbDP2DDoH2Bdz33FVC6TrpzXbw==',
  MD5: 'XrY7u+Ae7tCTyyK7j1rNww==',
  XXHASH64: 'RatnNLIeaWg=',
  XXHASH3: '1Eex6kDmmIs=',
  XXHASH128: '340J6T+HSQCpm4d1zBW2xw==',
};

/** Checksums of `123456789`: of the right shape, and wrong for `hello world`. */
export const nineDigits: Readonly<Record<ChecksumAlgorithm, string>> = {
  CRC32: 'y/Q5Jg==',
  CRC32C: '4waSgw==',
  CRC64NVME: 'rosUhgp5mIg=',
  SHA1: '98O8HYCOBHMq32eZZczDTKeuNEE=',
  SHA256: 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
  SHA512: '2eZ2LdHI6vbWGzxhkvxAjU1tXxF20MKRabwk5xw/J0rSf81YEbMT1oH35V7ALXPUmclUVba1u1A6z1dPuo/+hQ==',
  MD5: 'JfnnlDI7RTiF9RgfG2JNCw==',
  XXHASH64: 'jLhB20DmroM=',
  XXHASH3: 'ctyxi2ehff8=',
  XXHASH128: 'MxGUd+3l3NXpcWQnaB1YYA==',
};

/** The content that the values below are of: 5 MiB of `a`, 5 MiB of `b`, 1 MiB of `c`. */
export const threeParts: readonly { readonly letter: string; readonly sizeBytes: number }[] = [
  { letter: 'a', sizeBytes: 5 * 1024 ** 2 },
  { letter: 'b', sizeBytes: 5 * 1024 ** 2 },
  { letter: 'c', sizeBytes: 1024 ** 2 },
];

export const threePartsETag = '7f636b2c1182136c010c5860a051b3e8-3';

/** Base64, of the parts in order, of their concatenated digests, and of the whole content. */
export interface PartedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly parts: readonly string[];
  /** With the number of parts. */
  readonly composite: string;
  /** Empty where the algorithm allows none for a multipart object. */
  readonly fullObject: string;
}

export const partedCrc32: PartedChecksum = {
  algorithm: 'CRC32',
  parts: ['r/zBbw==', 'yG5QvA==', 'Gc9bdQ=='],
  composite: 'g3h92w==-3',
  fullObject: 'ghcp9Q==',
};

export const partedCrc32c: PartedChecksum = {
  algorithm: 'CRC32C',
  parts: ['WpuOeg==', 'JtMBsw==', '/RNonQ=='],
  composite: '8h9yHQ==-3',
  fullObject: 'xkHnaQ==',
};

export const partedCrc64: PartedChecksum = {
  algorithm: 'CRC64NVME',
  parts: ['PbvLEkWUSgg=', '1yeWnBkAmFQ=', '4dKK0AQlphk='],
  composite: '',
  fullObject: 'vVljL2SdSfw=',
};

export const partedXxh3: PartedChecksum = {
  algorithm: 'XXHASH3',
  parts: ['IYg8Ke7DmeQ=', '2Qgbiz8tTJs=', 'xEeJhEb0QPc='],
  composite: 'sBhGq86Ikn8=-3',
  fullObject: '',
};
