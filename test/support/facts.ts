import type { Config, VerifyRule } from '../../src/model/config.ts';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../../src/model/checksum.ts';
import type { ObjectEvent } from '../../src/model/event.ts';
import type { ContentReading, ObjectFacts, ObjectState, Part } from '../../src/model/facts.ts';
import type { Finding } from '../../src/model/finding.ts';
import { firstLook, type Look } from '../../src/model/look.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { type Observation, present } from '../../src/model/observation.ts';

export const OBJECT: ObjectRef = { bucket: 'photos', region: 'eu-west-1', key: 'a b/～😀', versionId: 'v1' };

/** MD5 of nothing, in hex and in base64. */
export const MD5_HEX = 'd41d8cd98f00b204e9800998ecf8427e';
export const MD5_BASE64 = '1B2M2Y8AsgTpgAmY7PhCfg==';

export function anEvent(changes: Partial<ObjectEvent> = {}): ObjectEvent {
  return {
    kind: 'created',
    name: 'ObjectCreated:Put',
    object: OBJECT,
    eventAt: new Date('2026-11-01T00:00:00Z'),
    sequencer: '01',
    ...changes,
  };
}

/** Headers of a plain object of 10 bytes whose ETag is no digest, so that nothing can be compared unless a test says so. */
export function aState(changes: Partial<ObjectState> = {}): ObjectState {
  return {
    versionId: 'v1',
    sizeBytes: 10,
    etag: { kind: 'opaque', value: 'opaque' },
    checksums: [],
    encryption: 'sse-kms',
    storageClass: 'STANDARD',
    lastModifiedAt: new Date('2026-11-01T00:00:00Z'),
    metadata: {},
    ...changes,
  };
}

export function aChecksum(algorithm: ChecksumAlgorithm, base64: string, type: ChecksumType = 'FULL_OBJECT'): Checksum {
  return { algorithm, type, base64 };
}

export function aPart(partNumber: number, sizeBytes: number, ...checksums: readonly Checksum[]): Part {
  return { partNumber, sizeBytes, checksums };
}

export function aReading(changes: Partial<ContentReading> = {}): ContentReading {
  return { sizeBytes: 10, whole: {}, ...changes };
}

/** Facts of a look that read a version to its end. */
export function someFacts(changes: Partial<ObjectFacts> = {}): ObjectFacts {
  return {
    event: anEvent(),
    reach: 'content',
    asked: 'computed-checksum',
    confirming: false,
    declared: [],
    ...changes,
  };
}

/** Facts about a version whose headers and bytes were seen. */
export function readFacts(state: Partial<ObjectState>, reading: Partial<ContentReading>): ObjectFacts {
  return someFacts({ source: present(aState(state)), content: present(aReading(reading)) });
}

export const ABSENT: Observation<never> = { state: 'absent' };

export function aFinding(changes: Partial<Finding> = {}): Finding {
  return {
    verdict: 'violated',
    code: 'content-differs-from-etag',
    subject: { kind: 'object-version', object: OBJECT },
    basis: 'computed-checksum',
    evidence: { computedETag: MD5_HEX },
    ...changes,
  };
}

export function aLook(changes: Partial<Look> = {}): Look {
  return { ...firstLook(anEvent(), 'content'), ...changes };
}

export function aRule(changes: Partial<VerifyRule> = {}): VerifyRule {
  return { bucket: OBJECT.bucket, prefix: '', evidence: 'computed-checksum', declared: [], ...changes };
}

/** Publishes everything, and verifies by these rules. */
export function aConfig(...verify: readonly VerifyRule[]): Config {
  return { version: 1, pairs: [], mraps: [], verify, alerts: { severity: 'info', subscriptions: [] } };
}

/** What S3 itself reports: violated, and nothing was compared. */
export function aReport(code: Finding['code']): Finding {
  return {
    verdict: 'violated',
    code,
    subject: { kind: 'object-version', object: OBJECT },
    evidence: { reportedBy: 's3' },
  };
}
