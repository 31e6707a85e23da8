import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type Template = ReadonlyMap<string, Resource>;

/** The resources of a packaged stack by logical id. */
export async function readTemplate(folder: string, region: string): Promise<Template> {
  const file = join(folder, 'stacks', region, 'cloudformation-template-update-stack.json');
  const { Resources } = JSON.parse(await readFile(file, 'utf8')) as { Resources: Record<string, Resource> };
  return new Map(Object.entries(Resources));
}

export function ofType(template: Template, type: string): readonly (readonly [string, Resource['Properties']])[] {
  return [...template].filter(([, { Type }]) => Type === type).map(([id, { Properties }]) => [id, Properties] as const);
}

/** All that can stand in one place or in a list. */
export function toList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** The statements of a role's own policies. */
export function statementsOf(role: Resource['Properties']): readonly Statement[] {
  const policies = role['Policies'] as readonly { PolicyDocument: { Statement: readonly Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** A value as readable text: `Fn::Sub` as its text, references as `<id>` or `<id.attribute>`. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Sub': sub, 'Fn::GetAtt': getAtt } = value as Record<string, unknown>;
  if (typeof sub === 'string') return sub;
  if (typeof Ref === 'string') return `<${Ref}>`;
  if (Array.isArray(getAtt)) return `<${getAtt.join('.')}>`;
  return JSON.stringify(value);
}

/** The properties of a resource that must be there. */
export function propertiesOf(template: Template, id: string): Resource['Properties'] {
  const resource = template.get(id);
  if (resource === undefined) throw new Error(`the template has no ${id}`);
  return resource.Properties;
}

/** The statements of a queue's or topic's policy. */
export function resourceStatements(template: Template, id: string): readonly Statement[] {
  return (propertiesOf(template, id)['PolicyDocument'] as { Statement: readonly Statement[] }).Statement;
}

/** One value or many, as texts. */
export function toTexts(value: unknown): readonly string[] {
  return toList(value).map(toText);
}

/** The logical id in a reference to an ARN. */
export function idOfArn(reference: unknown): string {
  return /^<(\w+)\.Arn>$/.exec(toText(reference))?.[1] ?? `no ARN: ${toText(reference)}`;
}
