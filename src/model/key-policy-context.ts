import { conditionsHold, membersOf, textsOf } from './policy-condition.ts';
import { parseStatements } from './resource-policy.ts';

/** The context under which S3 uses a key: the ARN of the object, or that of the bucket where it uses a bucket key. */
const CONTEXT = 'kms:encryptioncontext:aws:s3:arn';

/** What a bucket key asks of the master key. */
const NEEDED: readonly string[] = ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:*', '*'];

type Statement = Readonly<Record<string, unknown>>;

/** A key policy that lets bucket keys through, and the statement in it that did not. */
export interface OpenedPolicy {
  readonly statement: string;
  readonly policy: string;
}

/**
 * The key policy with the bucket's own ARN wherever it allows only those of its objects. `undefined`: it has no such statement, or
 * another one allows the same without that condition, so that the text alone does not show who is refused.
 */
export function openedForBucket(json: string, arn: string): OpenedPolicy | undefined {
  const statements = parseStatements(json) ?? [];
  const closed = statements.filter((statement) => allowsUse(statement) && isOnlyForObjects(statement, arn));
  const open = statements.some((statement) => allowsUse(statement) && !isOnlyForObjects(statement, arn));
  const [first] = closed;
  if (first === undefined || open) return undefined;
  const opened = statements.map((statement) => (closed.includes(statement) ? withBucket(statement, arn) : statement));
  return {
    statement: JSON.stringify(withBucket(first, arn)),
    policy: JSON.stringify({ ...Object.fromEntries(membersOf(JSON.parse(json))), Statement: opened }),
  };
}

function allowsUse(statement: Statement): boolean {
  const actions = textsOf(statement['Action']).map((action) => action.replace(/^KMS:/i, 'kms:'));
  return (
    statement['Effect'] === 'Allow' && actions.some((action) => NEEDED.includes(action) || action.endsWith('Key*'))
  );
}

/** Whether the context of an object of the bucket is allowed and that of the bucket is not. */
function isOnlyForObjects(statement: Statement, arn: string): boolean {
  const block = onlyContext(statement['Condition']);
  const patterns = membersOf(block).flatMap(([, keys]) => membersOf(keys).flatMap(([, wanted]) => textsOf(wanted)));
  const object = patterns.find((pattern) => pattern.startsWith(`${arn}/`))?.replaceAll(/[*?]/g, 'x');
  if (object === undefined) return false;
  return conditionsHold(block, { [CONTEXT]: object }) === 'yes' && conditionsHold(block, { [CONTEXT]: arn }) === 'no';
}

/** The conditions on the context and no other: whether the rest holds does not depend on bucket keys. */
function onlyContext(block: unknown): object {
  return mapContext(block, (wanted) => wanted, { others: false });
}

function withBucket(statement: Statement, arn: string): Statement {
  return {
    ...statement,
    Condition: mapContext(statement['Condition'], (wanted) => [...textsOf(wanted), arn], { others: true }),
  };
}

function mapContext(
  block: unknown,
  change: (wanted: unknown) => unknown,
  { others }: { readonly others: boolean },
): object {
  const operators = membersOf(block).map(([operator, keys]) => {
    const members = membersOf(keys).flatMap(([key, wanted]) => {
      if (key.toLowerCase() === CONTEXT) return [[key, change(wanted)] as const];
      return others ? [[key, wanted] as const] : [];
    });
    return [operator, Object.fromEntries(members)] as const;
  });
  return Object.fromEntries(operators);
}
