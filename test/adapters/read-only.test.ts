import { readdirSync, readFileSync } from 'node:fs';
import * as s3 from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';

const ADAPTERS = new URL('../../src/adapters/aws/', import.meta.url);
const SOURCES = new URL('../../src/', import.meta.url);

/** Commands that cannot change what is in a bucket. */
const READS = /^(?:Get|Head|List)\w*Command$/;

/** Writes only below the prefix of its canaries, which its own test proves. */
const CANARIES: Readonly<Record<string, readonly string[]>> = {
  's3-canary-writer.ts': [
    'AbortMultipartUploadCommand',
    'CompleteMultipartUploadCommand',
    'CreateMultipartUploadCommand',
    'PutObjectCommand',
    'UploadPartCommand',
  ],
};

/** Writes settings of a bucket, and no object: for a person, who has seen the plan. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  's3-bucket-documents.ts': [
    'PutBucketLifecycleConfigurationCommand',
    'PutBucketNotificationConfigurationCommand',
    'PutBucketReplicationCommand',
  ],
};

/** Writes into buckets of reports, which are no monitored ones. */
const REPORTS: Readonly<Record<string, readonly string[]>> = {
  's3-report-store.ts': ['PutObjectCommand'],
  'upload-in-parts.ts': [
    'AbortMultipartUploadCommand',
    'CompleteMultipartUploadCommand',
    'CreateMultipartUploadCommand',
    'PutObjectCommand',
    'UploadPartCommand',
  ],
};

/** Has archived versions restored, which changes none of them: for a person, who has said what it may cost. */
const RESTORES: Readonly<Record<string, readonly string[]>> = { 's3-object-restores.ts': ['RestoreObjectCommand'] };

const ALLOWED = { ...CANARIES, ...SETTINGS, ...REPORTS, ...RESTORES };

/** Jobs of S3 Batch Operations, each created so that it waits for a person to confirm it; and routes, which hold no objects. */
const CONTROL: ReadonlySet<string> = new Set([
  's3-checksum-jobs.ts',
  's3-control-client.ts',
  's3-control-jobs.ts',
  's3-control-routes.ts',
  'watch-clients.ts',
]);

const importsOf = (text: string): readonly string[] =>
  Array.from(
    text.matchAll(/import\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'@aws-sdk\/client-s3'/g),
    ([, names = '']) => names,
  )
    .flatMap((names) => names.split(','))
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '');

describe('invariant 7: Holdfast writes to no bucket but under the prefix of its canaries', () => {
  const files = readdirSync(ADAPTERS).filter((name) => name.endsWith('.ts'));

  it.each(files)('%s imports by name no S3 command that writes', (file) => {
    const text = readFileSync(new URL(file, ADAPTERS), 'utf8');
    const commands = importsOf(text).filter((name) => name.endsWith('Command'));
    expect(commands.filter((name) => !READS.test(name))).toEqual(ALLOWED[file] ?? []);
    // Neither is there another way to a command: the whole module, a lazy import, or the client that has all as methods.
    expect(text).not.toMatch(/import \* as .*@aws-sdk\/client-s3|import\('@aws-sdk\/client-s3'\)|require\(/);
    expect(importsOf(text)).not.toContain('S3');
    expect(text).not.toMatch(/@aws-sdk\/(?:lib-storage|s3-request-presigner)/);
    expect(text.includes('@aws-sdk/client-s3-control') && !CONTROL.has(file)).toBe(false);
  });

  it('creates no job of S3 Batch Operations that could start without a person', () => {
    const jobs = readFileSync(new URL('s3-control-jobs.ts', ADAPTERS), 'utf8');
    const used = new Set(Array.from(jobs.matchAll(/\b(\w+Command)\b/g), ([name]) => name));
    expect([...used].toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'CreateJobCommand',
      'DescribeJobCommand',
      'ListJobsCommand',
      'UpdateJobStatusCommand',
    ]);
    // The type of the document allows nothing else.
    const document = readFileSync(new URL('model/job-document.ts', SOURCES), 'utf8');
    expect(document).toContain('readonly ConfirmationRequired: true;');
    expect(jobs).toContain('job-document.ts');
  });

  it('lets jobs begin by themselves only where they read', () => {
    const jobs = readFileSync(new URL('s3-checksum-jobs.ts', ADAPTERS), 'utf8');
    const used = new Set(Array.from(jobs.matchAll(/\b(\w+Command)\b/g), ([name]) => name));
    expect([...used]).toEqual(['CreateJobCommand']);
    const document = readFileSync(new URL('model/checksum-job.ts', SOURCES), 'utf8');
    expect(Array.from(document.matchAll(/\bS3[A-Z]\w*(?=: \{)/g), ([name]) => name)).toEqual([
      'S3ComputeObjectChecksum',
      'S3ComputeObjectChecksum',
    ]);
    expect(jobs).toContain('toChecksumJobDocument(request)');
  });

  it('restores objects from the command line only', () => {
    const importers = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => /s3-(?:object-restores|checksum-jobs)\.ts'/.test(readFileSync(new URL(name, SOURCES), 'utf8')));
    expect(importers).toEqual(['cli/connect.ts']);
  });

  it('changes settings of a bucket from the command line only', () => {
    const importers = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) =>
        /(?:s3-bucket-documents|eventbridge-rules)\.ts'/.test(readFileSync(new URL(name, SOURCES), 'utf8')),
      );
    expect(importers).toEqual(['cli/connect.ts']);
  });

  it('knows which commands write', () => {
    const writing = Object.keys(s3).filter(
      (name) => name.endsWith('Command') && !name.startsWith('$') && !READS.test(name),
    );
    expect(writing).toEqual(
      expect.arrayContaining(['PutObjectCommand', 'DeleteObjectCommand', 'CopyObjectCommand', 'RestoreObjectCommand']),
    );
    expect(readdirSync(ADAPTERS)).toContain('s3-object-store.ts');
    expect(importsOf(readFileSync(new URL('s3-object-store.ts', ADAPTERS), 'utf8'))).toContain('GetObjectCommand');
  });

  it('has no other importer of the S3 client', () => {
    const everywhere = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const importers = everywhere.filter((name) =>
      readFileSync(new URL(name, SOURCES), 'utf8').includes("'@aws-sdk/client-s3'"),
    );
    expect(importers.filter((name) => !name.startsWith('adapters/aws/'))).toEqual([]);
  });
});
