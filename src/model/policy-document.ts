import type { AccessQuestion } from './access.ts';
import { membersOf } from './policy-condition.ts';

export const POLICY_VERSION = '2012-10-17';

/** The smallest statements that allow all this, one for each resource. KMS keys only through S3 and for its bucket. */
export function toStatements(asked: readonly AccessQuestion[]): readonly object[] {
  const questions = asked.filter(({ insteadOf }) => insteadOf === undefined);
  const resources = [...new Set(questions.map(({ resource }) => resource))];
  return resources.map((Resource) => {
    const of = questions.filter(({ resource }) => resource === Resource);
    const Action = [...new Set(of.map(({ action }) => action))];
    return { Effect: 'Allow', Action, Resource, ...toCondition(of) };
  });
}

export function toPolicyDocument(statements: readonly object[]): object {
  return { Version: POLICY_VERSION, Statement: statements };
}

/** The context of a bucket key is the bucket, that of an object without one the object: both are listed. */
function toCondition(questions: readonly AccessQuestion[]): object {
  const services = new Set(questions.flatMap(({ context }) => context['kms:ViaService'] ?? []));
  if (services.size === 0) return {};
  const buckets = new Set(
    questions.flatMap(({ context }) => context['kms:EncryptionContext:aws:s3:arn']?.split('/')[0] ?? []),
  );
  return {
    Condition: {
      StringEquals: { 'kms:ViaService': [...services] },
      ...(buckets.size === 0
        ? {}
        : { StringLike: { 'kms:EncryptionContext:aws:s3:arn': [...buckets].flatMap((arn) => [arn, `${arn}/*`]) } }),
    },
  };
}

/** A policy with statements added; what it says already stays word for word. An empty text is no policy yet. */
export function withStatements(json: string, added: readonly object[]): object {
  const existing: unknown = json === '' ? {} : JSON.parse(json);
  const members = Object.fromEntries(membersOf(existing));
  const statements = [members['Statement'] ?? []].flat();
  return { Version: POLICY_VERSION, ...members, Statement: [...statements, ...added] };
}
