import { describe, expect, it } from 'vitest';
import { spendsKms, toEncryption, type Encryption } from '../../src/model/encryption.ts';

describe('toEncryption', () => {
  it.each<[string | undefined, string | undefined, Encryption]>([
    [undefined, undefined, 'none'],
    ['', undefined, 'none'],
    ['AES256', undefined, 'sse-s3'],
    ['aws:kms', undefined, 'sse-kms'],
    ['aws:kms:dsse', undefined, 'dsse-kms'],
    ['aws:fsx', undefined, 'other'],
    [undefined, 'AES256', 'sse-c'],
  ])('reads %s with customer algorithm %s as %s', (serverSide, customer, expected) => {
    expect(toEncryption(serverSide, customer)).toBe(expected);
  });
});

describe('spendsKms', () => {
  it.each<[Encryption, boolean]>([
    ['none', false],
    ['sse-s3', false],
    ['sse-kms', true],
    ['dsse-kms', true],
    ['sse-c', false],
    ['other', false],
  ])('of %s is %s', (encryption, expected) => {
    expect(spendsKms(encryption)).toBe(expected);
  });
});
