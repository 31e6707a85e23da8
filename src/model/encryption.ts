/** Server-side encryption of an object. `other` is a kind that did not exist when this was written. */
export type Encryption = 'none' | 'sse-s3' | 'sse-kms' | 'dsse-kms' | 'sse-c' | 'other';

/** From the headers of a response: `x-amz-server-side-encryption` and the algorithm of a customer's key. */
export function toEncryption(serverSide: string | undefined, customerAlgorithm: string | undefined): Encryption {
  if (customerAlgorithm !== undefined) return 'sse-c';
  switch (serverSide) {
    case undefined:
    case '':
      return 'none';
    case 'AES256':
      return 'sse-s3';
    case 'aws:kms':
      return 'sse-kms';
    case 'aws:kms:dsse':
      return 'dsse-kms';
    default:
      return 'other';
  }
}

/** Whether reading such an object, or its checksum, spends KMS requests of the account. */
export function spendsKms(encryption: Encryption): boolean {
  return encryption === 'sse-kms' || encryption === 'dsse-kms';
}
