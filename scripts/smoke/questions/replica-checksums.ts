import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { headPair, putInParts, putSmall } from '../put-object.ts';
import type { Answer, Question } from '../question.ts';
import type { Stage } from '../stage.ts';

export const replicaChecksums: Question = {
  id: 'replica-checksums',
  question:
    'Are the checksum, its type and the ETag carried to replicas: of single and multipart uploads, and with another key?',
  how: 'By one replicated object of each sort, and the headers of both sides.',
  ask,
};

/** Headers that are compared: the ETag, the type, and whichever checksums there are. */
type Headers = Omit<HeadObjectCommandOutput, '$metadata'>;

async function ask(stage: Stage): Promise<Answer> {
  const { names, keys } = stage;
  const at = (key: string) => ({ bucket: names.sourceBucket, key });
  const written: Record<string, string | undefined> = {
    single: await putSmall(stage, at('single'), { ChecksumAlgorithm: 'SHA256' }),
    composite: await putInParts(stage, at('composite'), { algorithm: 'CRC32C', type: 'COMPOSITE' }),
    whole: await putInParts(stage, at('whole'), { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' }),
  };
  if (keys !== undefined) {
    const encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keys.source } as const;
    written['other-key'] = await putSmall(stage, at('other-key'), { ChecksumAlgorithm: 'SHA256', ...encryption });
  }
  const evidence: Record<string, unknown> = {};
  const said: string[] = [];
  const late: string[] = [];
  for (const [key, versionId] of Object.entries(written)) {
    const pair = await headPair(stage, key, versionId);
    evidence[key] = pair;
    if (pair === undefined) late.push(key);
    else said.push(`${key}: ${compare(pair)}`);
  }
  if (late.length > 0) return { state: 'unclear', reason: `not replicated in time: ${late.join(', ')}`, evidence };
  return { state: 'answered', answer: said.join('; '), evidence };
}

function compare({ source, replica }: { readonly source: Headers; readonly replica: Headers }): string {
  const names = Object.keys({ ...source, ...replica }).filter((name) => /^(?:ETag|Checksum.+)$/.test(name));
  const [from, to] = [new Map(Object.entries(source)), new Map(Object.entries(replica))];
  return names
    .toSorted()
    .map(
      (name) =>
        `${name} ${!to.has(name) ? 'lost' : !from.has(name) ? 'added' : to.get(name) === from.get(name) ? 'kept' : 'changed'}`,
    )
    .join(', ');
}
