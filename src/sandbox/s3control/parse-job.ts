import { isChecksumAlgorithm } from '../../model/checksum.ts';
import { invalidArgument, notImplemented, S3Error } from '../s3/s3-error.ts';
import { malformedXml, parseXml, type XmlElement } from '../s3/xml.ts';
import { parseFilter } from './parse-filter.ts';
import type {
  JobOperation,
  JobPlan,
  JobReport,
  ManifestField,
  ManifestFile,
  ManifestGenerator,
  ManifestOutput,
} from './job.ts';

const REPORT_FORMAT = 'Report_CSV_20180820';
export const MANIFEST_FORMAT = 'S3InventoryReport_CSV_20211130';
const CSV_FORMAT = 'S3BatchOperations_CSV_20180820';

export interface JobRequest {
  readonly plan: JobPlan;
  readonly token: string;
}

/**
 * Reads a `CreateJobRequest`. What the sandbox would not honour is refused by name.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html
 */
export function parseJob(xml: string): JobRequest {
  const root = parseXml(xml, 'CreateJobRequest').expectOnly(
    'ConfirmationRequired',
    'Operation',
    'Report',
    'ClientRequestToken',
    'Manifest',
    'ManifestGenerator',
    'Description',
    'Priority',
    'RoleArn',
  );
  const operation = parseOperation(root.require('Operation'));
  const role = root.requireText('RoleArn');
  if (!/^arn:aws:iam::\d{12}:role\/.+$/.test(role)) throw invalidArgument('RoleArn', role, 'Invalid role ARN.');
  const priority = Number(root.requireText('Priority'));
  if (!Number.isInteger(priority) || priority < 0)
    throw invalidArgument('Priority', String(priority), 'The priority is a whole number of at least 0');
  const plan: JobPlan = {
    operation,
    confirmationRequired: root.text('ConfirmationRequired') !== 'false',
    priority,
    description: root.text('Description') ?? '',
    role,
    manifest: parseManifest(root.child('Manifest'), root.child('ManifestGenerator')),
    report: parseReport(root.require('Report')),
  };
  if (operation.kind === 'compute-checksum' && (!plan.report.enabled || plan.report.expectedOwner === undefined))
    throw new S3Error('InvalidRequest', 'Checksums are computed only for a report, with the owner of its bucket');
  return { plan, token: root.requireText('ClientRequestToken') };
}

function parseOperation(entry: XmlElement): JobOperation {
  const compute = entry.expectOnly('S3ReplicateObject', 'S3ComputeObjectChecksum').child('S3ComputeObjectChecksum');
  if (compute === undefined) {
    entry.require('S3ReplicateObject');
    return { kind: 'replicate' };
  }
  compute.expectOnly('ChecksumAlgorithm', 'ChecksumType');
  const algorithm = compute.text('ChecksumAlgorithm') ?? 'CRC64NVME';
  const type = compute.text('ChecksumType') ?? 'FULL_OBJECT';
  if (!isChecksumAlgorithm(algorithm))
    throw invalidArgument('ChecksumAlgorithm', algorithm, 'The checksum algorithm is not valid');
  if ((type !== 'FULL_OBJECT' && type !== 'COMPOSITE') || (type === 'COMPOSITE' && algorithm === 'CRC64NVME'))
    throw invalidArgument('ChecksumType', type, 'The checksum type is not valid for this algorithm');
  return { kind: 'compute-checksum', algorithm, type };
}

function parseManifest(
  file: XmlElement | undefined,
  generator: XmlElement | undefined,
): ManifestFile | ManifestGenerator {
  if (file !== undefined && generator === undefined) return parseFile(file);
  if (generator !== undefined && file === undefined) return parseGenerator(generator);
  throw new S3Error('InvalidRequest', 'A job has either a Manifest or a ManifestGenerator');
}

function parseFile(entry: XmlElement): ManifestFile {
  const spec = entry.expectOnly('Spec', 'Location').require('Spec').expectOnly('Format', 'Fields');
  const format = spec.requireText('Format');
  if (format !== CSV_FORMAT) throw notImplemented('value', format);
  const fields = members(spec.child('Fields')).map(toField);
  if (!fields.includes('Bucket') || !fields.includes('Key')) throw malformedXml();
  const location = entry.require('Location').expectOnly('ObjectArn', 'ObjectVersionId', 'ETag');
  const arn = location.requireText('ObjectArn');
  const [, bucket = '', key = ''] = /^arn:aws:s3:::([^/]+)\/(.+)$/s.exec(arn) ?? [];
  if (key === '') throw invalidArgument('ObjectArn', arn, 'Invalid object ARN.');
  const versionId = location.text('ObjectVersionId');
  const etag = location.requireText('ETag').replaceAll('"', '');
  return { kind: 'file', fields, bucket, key, etag, ...(versionId === undefined ? {} : { versionId }) };
}

function toField(name: string): ManifestField {
  if (name === 'Bucket' || name === 'Key' || name === 'VersionId' || name === 'Ignore') return name;
  throw invalidArgument('Fields', name, 'The field is not valid');
}

function parseGenerator(entry: XmlElement): ManifestGenerator {
  const generator = entry
    .expectOnly('S3JobManifestGenerator')
    .require('S3JobManifestGenerator')
    .expectOnly('SourceBucket', 'EnableManifestOutput', 'ExpectedBucketOwner', 'ManifestOutputLocation', 'Filter');
  const bucket = bucketOf(generator.requireText('SourceBucket'), 'SourceBucket');
  const filter = parseFilter(generator.child('Filter'));
  const listed = { kind: 'generator', bucket, filter, ...ownerOf(generator, 'ExpectedBucketOwner') } as const;
  if (generator.text('EnableManifestOutput') !== 'true') return listed;
  return { ...listed, output: parseOutput(generator.require('ManifestOutputLocation')) };
}

function parseOutput(entry: XmlElement): ManifestOutput {
  entry.expectOnly('ExpectedManifestBucketOwner', 'Bucket', 'ManifestPrefix', 'ManifestEncryption', 'ManifestFormat');
  const format = entry.requireText('ManifestFormat');
  if (format !== MANIFEST_FORMAT) throw notImplemented('value', format);
  entry.child('ManifestEncryption')?.expectOnly('SSE-S3');
  return {
    bucket: bucketOf(entry.requireText('Bucket'), 'Bucket'),
    prefix: entry.text('ManifestPrefix') ?? '',
    ...ownerOf(entry, 'ExpectedManifestBucketOwner'),
  };
}

function parseReport(entry: XmlElement): JobReport {
  entry.expectOnly('Bucket', 'Format', 'Enabled', 'Prefix', 'ReportScope', 'ExpectedBucketOwner');
  if (entry.text('Enabled') !== 'true') return { enabled: false, bucket: '', prefix: '', failedOnly: false };
  const format = entry.requireText('Format');
  if (format !== REPORT_FORMAT) throw invalidArgument('Format', format, 'The report format is not valid');
  const scope = entry.text('ReportScope') ?? 'AllTasks';
  if (scope !== 'AllTasks' && scope !== 'FailedTasksOnly')
    throw invalidArgument('ReportScope', scope, 'The report scope is not valid');
  return {
    enabled: true,
    bucket: bucketOf(entry.requireText('Bucket'), 'Bucket'),
    prefix: entry.text('Prefix') ?? '',
    failedOnly: scope === 'FailedTasksOnly',
    ...ownerOf(entry, 'ExpectedBucketOwner'),
  };
}

function ownerOf(entry: XmlElement, name: string): { readonly expectedOwner?: string } {
  const expectedOwner = entry.text(name);
  return expectedOwner === undefined ? {} : { expectedOwner };
}

function bucketOf(arn: string, name: string): string {
  const [, bucket] = /^arn:aws:s3:::([^/]+)$/.exec(arn) ?? [];
  if (bucket === undefined) throw invalidArgument(name, arn, 'Invalid bucket ARN.');
  return bucket;
}

/** Texts of a list. */
export function members(list: XmlElement | undefined): readonly string[] {
  return (list?.children('member') ?? []).map((member) => member.ownText());
}
