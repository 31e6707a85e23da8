import { expect, it } from 'vitest';
import { accountOf, bucketArn, partitionOf, regionOf, roleNameOf } from '../../src/model/arn.ts';

it.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
])('puts %s into the partition %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
  expect(bucketArn({ bucket: 'b', region })).toBe(`arn:${partition}:s3:::b`);
});

it.each([
  ['arn:aws:iam::111122223333:role/plain', 'plain', '111122223333', ''],
  ['arn:aws:iam::111122223333:role/a/path/deep', 'deep', '111122223333', ''],
  ['arn:aws:kms:eu-west-1:444455556666:key/1', '1', '444455556666', 'eu-west-1'],
  ['plain', 'plain', '', ''],
])('takes %s apart', (arn, name, account, region) => {
  expect([roleNameOf(arn), accountOf(arn), regionOf(arn)]).toEqual([name, account, region]);
});
