import type { ChecksumAlgorithm } from '../../src/model/checksum.ts';

/** Known answers in S3's base64, each computed by two implementations that are not ours. */
export const VECTORS: Readonly<Record<ChecksumAlgorithm, Readonly<Record<'' | '123456789' | 'hello world', string>>>> =
  {
    CRC32: { '': 'AAAAAA==', '123456789': 'y/Q5Jg==', 'hello world': 'DUoRhQ==' },
    CRC32C: { '': 'AAAAAA==', '123456789': '4waSgw==', 'hello world': 'yZRlqg==' },
    CRC64NVME: { '': 'AAAAAAAAAAA=', '123456789': 'rosUhgp5mIg=', 'hello world': 'jSnVw/bqjr4=' },
    XXHASH64: { '': '70bbN1HY6Zk=', '123456789': 'jLhB20DmroM=', 'hello world': 'RatnNLIeaWg=' },
    XXHASH3: { '': 'LQaABTjTlMI=', '123456789': 'ctyxi2ehff8=', 'hello world': '1Eex6kDmmIs=' },
    XXHASH128: {
      '': 'maoG0wFHmNhgAcMkRo1Jfw==',
      '123456789': 'MxGUd+3l3NXpcWQnaB1YYA==',
      'hello world': '340J6T+HSQCpm4d1zBW2xw==',
    },
    MD5: {
      '': '1B2M2Y8AsgTpgAmY7PhCfg==',
      '123456789': 'JfnnlDI7RTiF9RgfG2JNCw==',
      'hello world': 'XrY7u+Ae7tCTyyK7j1rNww==',
    },
    SHA1: {
      '': '2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
      '123456789': '98O8HYCOBHMq32eZZczDTKeuNEE=',
      'hello world': 'Kq5sNclPz7QV2+lfQIuc6R7oRu0=',
    },
    SHA256: {
      '': '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      '123456789': 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
      'hello world': 'uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=',
    },
    SHA512: {
      '': 'z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
      '123456789': '2eZ2LdHI6vbWGzxhkvxAjU1tXxF20MKRabwk5xw/J0rSf81YEbMT1oH35V7ALXPUmclUVba1u1A6z1dPuo/+hQ==',
      'hello world': 'MJ7MSJwS1utMxA9QyQLytNDtd+5RGnx6m808qG1M2G+YndNbxf9JlnDaNCVbRbDP2DDoH2Bdz33FVC6TrpzXbw==',
    },
  };

const MIB = 1024 * 1024;

/** Three parts: 5 MiB of `a`, 5 MiB of `b`, 1 MiB of `c`. */
export const MULTIPART_SIZES_BYTES: readonly number[] = [5 * MIB, 5 * MIB, MIB];

export function multipartContent(): Buffer {
  return Buffer.concat([Buffer.alloc(5 * MIB, 'a'), Buffer.alloc(5 * MIB, 'b'), Buffer.alloc(MIB, 'c')]);
}

export const MULTIPART_ETAG: string = '7f636b2c1182136c010c5860a051b3e8-3';

export interface MultipartVector {
  readonly parts?: readonly string[];
  /** Without `-3`. S3 makes none for CRC64NVME. */
  readonly composite?: string;
  readonly whole: string;
}

export const MULTIPART_VECTORS: Readonly<Record<ChecksumAlgorithm, MultipartVector>> = {
  MD5: {
    parts: [
      '79b281060d337b9b2b84ccf390adcf74',
      '74843a3ab193a389bced899402d99d5f',
      '95d674ce4178cc3ef807606ecb8ec0f5',
    ].map((hex) => Buffer.from(hex, 'hex').toString('base64')),
    composite: 'f2NrLBGCE2wBDFhgoFGz6A==',
    whole: '+okNupF1KrNGTYavHbEQNQ==',
  },
  CRC32: { parts: ['r/zBbw==', 'yG5QvA==', 'Gc9bdQ=='], composite: 'g3h92w==', whole: 'ghcp9Q==' },
  CRC32C: { parts: ['WpuOeg==', 'JtMBsw==', '/RNonQ=='], composite: '8h9yHQ==', whole: 'xkHnaQ==' },
  CRC64NVME: { parts: ['PbvLEkWUSgg=', '1yeWnBkAmFQ=', '4dKK0AQlphk='], whole: 'vVljL2SdSfw=' },
  XXHASH64: {
    parts: ['SrGuhw/sEV4=', 'y/qOcoT2bic=', 'e33reMJu6r8='],
    composite: '06nRiOiq4lk=',
    whole: '2VEMsUGdIYw=',
  },
  XXHASH3: {
    parts: ['IYg8Ke7DmeQ=', '2Qgbiz8tTJs=', 'xEeJhEb0QPc='],
    composite: 'sBhGq86Ikn8=',
    whole: 'dqkegJaYtjM=',
  },
  XXHASH128: {
    parts: ['fq8v9rMrjkMhiDwp7sOZ5A==', 'CBe8W+kvwTLZCBuLPy1Mmw==', 'Mqj1Le40c9nER4mERvRA9w=='],
    composite: 'atT4xuVnRdqoTRDieNCANw==',
    whole: 'PZIwNOILTG52qR6Alpi2Mw==',
  },
  SHA1: { composite: '8FdhjuS1FlsHCWnzQL4kzwtEraE=', whole: 'b9ZcCDFLBY2Q4jG+crYGxfSdu9o=' },
  SHA256: {
    composite: '8CoHUqr+BYTSQ9GpmoDDkzIU8bbFzepS7H15yNS3XqU=',
    whole: 'gzVO1Ja7i5h5DtvNZwwOJUVmWaStYhDQ7Pb5NgUNdH0=',
  },
  SHA512: {
    composite: 'rvjq80oN/07e9a0UJDcl6HYUnCuz9bbIuKnzSsVB2c63ESzjhxCirTbMoSq1u+3Zd6DwrvhZUpD//kpUXKDJLQ==',
    whole: 'xHJ2bN6T2dyBXpFM3jmuryk9v2RLshZCN1ny1KUtMUJgt9HTajMmziNkSfBRGYfYv6dYFAx273qmHgEiMLLXJQ==',
  },
};
