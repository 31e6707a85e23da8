import { causedBy } from './announce.ts';
import { requestedObject, versionHeaders } from './find-version.ts';
import { expectUnretained, missingLock, parseHold, parseMode, parseRetention, type BucketLock } from './object-lock.ts';
import { receiveText } from './receive.ts';
import type { BucketOperation } from './s3-cloud.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import { buildXml, malformedXml, parseXml, type XmlElement } from './xml.ts';

const XML = { 'content-type': 'application/xml' } as const;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html */
export const putObjectLockConfiguration: BucketOperation = {
  name: 'PutObjectLockConfiguration',
  on: 'bucket',
  method: 'PUT',
  selectors: ['object-lock'],
  async run({ cloud, request, bucket }) {
    const root = parseXml(await receiveText(cloud, request), 'ObjectLockConfiguration').expectOnly(
      'ObjectLockEnabled',
      'Rule',
    );
    if (root.requireText('ObjectLockEnabled') !== 'Enabled') throw malformedXml();
    if (bucket.versioning !== 'Enabled') {
      throw new S3Error(
        'InvalidBucketState',
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      );
    }
    const byDefault = root.child('Rule')?.expectOnly('DefaultRetention').require('DefaultRetention');
    bucket.lock = byDefault === undefined ? {} : { retention: parseDefault(byDefault) };
    return { status: 200 };
  },
};

function parseDefault(entry: XmlElement): BucketLock['retention'] & object {
  entry.expectOnly('Mode', 'Days', 'Years');
  const [days, years] = [entry.text('Days'), entry.text('Years')];
  if ((days === undefined) === (years === undefined)) throw malformedXml();
  const count = Number(days ?? years);
  if (!Number.isInteger(count) || count < 1) {
    throw invalidArgument(
      'DefaultRetention',
      String(count),
      'Default retention period must be a positive integer value.',
    );
  }
  return { mode: parseMode(entry.requireText('Mode')), unit: days === undefined ? 'Years' : 'Days', count };
}

export const getObjectLockConfiguration: BucketOperation = {
  name: 'GetObjectLockConfiguration',
  on: 'bucket',
  method: 'GET',
  selectors: ['object-lock'],
  async run({ bucket: { lock } }) {
    if (lock === undefined) {
      throw new S3Error(
        'ObjectLockConfigurationNotFoundError',
        'Object Lock configuration does not exist for this bucket',
      );
    }
    const { retention } = lock;
    const rule = retention && { DefaultRetention: { Mode: retention.mode, [retention.unit]: retention.count } };
    return {
      status: 200,
      headers: XML,
      body: buildXml('ObjectLockConfiguration', { ObjectLockEnabled: 'Enabled', Rule: rule }),
    };
  },
};

export const putObjectRetention: BucketOperation = {
  name: 'PutObjectRetention',
  on: 'object',
  method: 'PUT',
  selectors: ['retention'],
  parameters: ['versionId'],
  headers: ['x-amz-bypass-governance-retention'],
  async run(call) {
    const { cloud, request, bucket } = call;
    if (bucket.lock === undefined) throw missingLock();
    const root = parseXml(await receiveText(cloud, request), 'Retention').expectOnly('Mode', 'RetainUntilDate');
    const version = requestedObject(call);
    const [mode, until] = [root.text('Mode'), root.text('RetainUntilDate')];
    const none = mode === undefined && until === undefined;
    const retention = none ? undefined : parseRetention(mode, until, cloud.world.clock.now());
    const old = version.lock.retention;
    const extended =
      old !== undefined && retention !== undefined && retention.mode === old.mode && retention.untilMs >= old.untilMs;
    if (!extended) expectUnretained(cloud, version, request.headers);
    const { legalHold } = version.lock;
    version.lock = retention === undefined ? { legalHold } : { legalHold, retention };
    const { key, versionId } = version;
    const objectRetentionEventData = {
      mode: retention?.mode,
      retainUntilDate: retention && new Date(retention.untilMs).toISOString(),
      eventHold: 'OFF',
    };
    cloud.events.announce(
      bucket,
      { name: 'ObjectRetention:Put', key, versionId, extra: { objectRetentionEventData } },
      causedBy(request.raw),
    );
    cloud.replication.modified(bucket, version, 'retention');
    return { status: 200, headers: versionHeaders(bucket, version) };
  },
};

export const getObjectRetention: BucketOperation = {
  name: 'GetObjectRetention',
  on: 'object',
  method: 'GET',
  selectors: ['retention'],
  parameters: ['versionId'],
  async run(call) {
    const { retention } = requestedObject(call).lock;
    if (call.bucket.lock === undefined) throw missingLock();
    if (retention === undefined) throw noLock();
    const content = { Mode: retention.mode, RetainUntilDate: new Date(retention.untilMs).toISOString() };
    return { status: 200, headers: XML, body: buildXml('Retention', content) };
  },
};

export const putObjectLegalHold: BucketOperation = {
  name: 'PutObjectLegalHold',
  on: 'object',
  method: 'PUT',
  selectors: ['legal-hold'],
  parameters: ['versionId'],
  async run(call) {
    const { cloud, request, bucket } = call;
    if (bucket.lock === undefined) throw missingLock();
    const root = parseXml(await receiveText(cloud, request), 'LegalHold').expectOnly('Status');
    const version = requestedObject(call);
    version.lock = { ...version.lock, legalHold: parseHold(root.requireText('Status')) };
    cloud.replication.modified(bucket, version, 'legal-hold');
    return { status: 200, headers: versionHeaders(bucket, version) };
  },
};

export const getObjectLegalHold: BucketOperation = {
  name: 'GetObjectLegalHold',
  on: 'object',
  method: 'GET',
  selectors: ['legal-hold'],
  parameters: ['versionId'],
  async run(call) {
    const { legalHold } = requestedObject(call).lock;
    if (call.bucket.lock === undefined) throw missingLock();
    return { status: 200, headers: XML, body: buildXml('LegalHold', { Status: legalHold ? 'ON' : 'OFF' }) };
  },
};

function noLock(): S3Error {
  return new S3Error('NoSuchObjectLockConfiguration', 'The specified object does not have a ObjectLock configuration');
}
