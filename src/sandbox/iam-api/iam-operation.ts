import { AwsError } from '../aws-error.ts';
import type { Role, RoleRegister } from '../iam/roles.ts';
import { requiredParameter, type QueryInput, type QueryResult } from '../query-protocol.ts';
import { errorText } from '../record.ts';

export interface IamCall {
  readonly roles: RoleRegister;
  readonly input: QueryInput;
  /** Of the role that the call is about. */
  readonly arn: string;
}

/** One operation of IAM on a role. */
export interface IamOperation {
  /** Parameter that names the role, or its ARN. */
  readonly on: 'RoleName' | 'PolicySourceArn';
  /** Parameters that are honoured, or accepted without effect; another one is refused. */
  readonly parameters: readonly string[];
  run(call: IamCall): QueryResult;
}

/** Throws `NoSuchEntity`. */
export function requireRole({ roles, input }: IamCall): Role {
  const name = requiredParameter(input, 'RoleName');
  const role = roles.find(name);
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', 404, message);
}

/** A policy document of the call. Throws `AwsError` where it is no JSON. */
export function documentIn(input: QueryInput, name: string): unknown {
  const text = requiredParameter(input, name);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new AwsError('MalformedPolicyDocument', 400, `Syntax errors in policy: ${errorText(error)}`);
  }
}
