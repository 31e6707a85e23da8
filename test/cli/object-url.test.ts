import { describe, expect, it } from 'vitest';
import { parseObjectUrl } from '../../src/cli/object-url.ts';

describe('parseObjectUrl', () => {
  it.each([
    ['s3://b/k', { bucket: 'b', key: 'k' }],
    ['s3://b', { bucket: 'b', key: '' }],
    ['s3://b/', { bucket: 'b', key: '' }],
    ['s3://b//k', { bucket: 'b', key: '/k' }],
    ['s3://b/any key %41+é?', { bucket: 'b', key: 'any key %41+é?' }],
    ['s3://b/k?versionId=v1', { bucket: 'b', key: 'k', versionId: 'v1' }],
    ['s3://b/k?versionId=null', { bucket: 'b', key: 'k', versionId: 'null' }],
    ['s3://b/k?versionId=', { bucket: 'b', key: 'k?versionId=' }],
    ['s3://b/k?versionId=v1?versionId=v2', { bucket: 'b', key: 'k?versionId=v1', versionId: 'v2' }],
    ['s3://b/k?versionId=v1/x', { bucket: 'b', key: 'k?versionId=v1/x' }],
    ['s3://b/k?versionid=v1', { bucket: 'b', key: 'k?versionid=v1' }],
  ])('reads %j literally', (text, expected) => {
    expect(parseObjectUrl(text)).toEqual(expected);
  });

  it.each(['', 'b/k', 's3:/b/k', 's3://', 's3:///k', 'https://b/k', 'S3://b/k'])('refuses %j', (text) => {
    expect(() => parseObjectUrl(text)).toThrow('expected s3://bucket/key, got');
  });
});
