import type { AccessCount } from '../../src/sandbox/iam/access-record.ts';

/** A statement of a role's own policy, with every ARN resolved. */
export interface RoleStatement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** By the name of the role. */
export type Roles = ReadonlyMap<string, readonly RoleStatement[]>;

type Asked = Pick<AccessCount, 'role' | 'action' | 'resource' | 'conditions' | 'byRole'>;

export interface Comparison {
  /** Asked for, and not allowed by the role's own policy. */
  readonly missing: readonly string[];
  /** Allowed, and never asked for: an action of a statement, one of its resources, or a value of its conditions. */
  readonly unused: readonly string[];
}

const toList = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** What roles may do against what was asked for under them: each must be all of the other. */
export function compareAccess(roles: Roles, asked: readonly Asked[]): Comparison {
  const missing = asked
    .filter((one) => {
      const statements = roles.get(one.role);
      return statements !== undefined && !(one.byRole === 'allow' && statements.some((each) => grants(each, one)));
    })
    .map(({ role, action, resource }) => `${role}: ${action} on ${resource}`);
  const unused = [...roles].flatMap(([role, statements]) => {
    const own = asked.filter((one) => one.role === role && one.byRole === 'allow');
    return statements.flatMap((statement) => unusedIn(statement, own).map((what) => `${role}: ${what}`));
  });
  return { missing: [...new Set(missing)].toSorted(), unused: unused.toSorted() };
}

function conditionsOf({ Condition = {} }: RoleStatement): readonly string[] {
  return Object.values(Condition).flatMap((keys) =>
    Object.entries(keys).flatMap(([key, values]) => toList(values).map((value) => `${key}=${value}`)),
  );
}

/** Whether it was by these words that it was allowed. */
function grants(statement: RoleStatement, { action, resource, conditions }: Asked): boolean {
  const wanted = conditionsOf(statement);
  return (
    toList(statement.Action).some((own) => isSame(own, action)) &&
    toList(statement.Resource).includes(resource) &&
    conditions.every((one) => wanted.includes(one))
  );
}

function unusedIn(statement: RoleStatement, asked: readonly Asked[]): string[] {
  const { Sid = '', Action, Resource } = statement;
  const used = asked.filter((one) => grants(statement, one));
  return [
    ...toList(Action).filter((own) => !used.some(({ action }) => isSame(own, action))),
    ...toList(Resource).filter((own) => !used.some(({ resource }) => resource === own)),
    ...conditionsOf(statement).filter((own) => !used.some(({ conditions }) => conditions.includes(own))),
  ].map((what) => `${Sid} ${what}`);
}
