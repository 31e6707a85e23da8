import { access, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asRecord } from '../record.ts';

/** Where a packaged stack is, as `serverless package --package stacks/<region>` leaves it. */
export interface StackSource {
  /** Holds the template and the zips. Its name is the Region, unless `region` says otherwise. */
  readonly folder: string;
  readonly region?: string;
  /** `<service>-<stage>` where left out, as the framework names it. */
  readonly name?: string;
  /** Stands in for zips that are not there: the folder under which the handlers' paths begin. */
  readonly codeFolder?: string;
}

/** A resource as its template writes it, intrinsics unresolved. */
export interface Declaration {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly dependsOn: readonly string[];
}

export interface Stack {
  readonly name: string;
  readonly region: string;
  readonly resources: Readonly<Record<string, Declaration>>;
  /** Path of a function's package, or the folder that stands in for it. */
  artifact(s3Key: string): Promise<{ readonly zip: string } | { readonly folder: string }>;
}

const TEMPLATE = 'cloudformation-template-update-stack.json';
const STATE = 'serverless-state.json';

const SECTIONS: ReadonlySet<string> = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Resources',
  'Outputs',
  'Metadata',
]);

/** Beside type and properties; the policies of deletion mean nothing to what is gone with its process. */
const MEMBERS: ReadonlySet<string> = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
]);

/** Reads a packaged stack. Throws an `Error` that names every part of the template that the sandbox does not know. */
export async function readStack({ folder, region = basename(folder), name, codeFolder }: StackSource): Promise<Stack> {
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new Error(`${folder}: '${region}' is not a Region; name the folder after it`);
  const template = asRecord(JSON.parse(await readFile(join(folder, TEMPLATE), 'utf8')), TEMPLATE);
  const unknown = Object.keys(template).filter((section) => !SECTIONS.has(section));
  if (unknown.length > 0)
    throw new Error(`${folder}: the sandbox does not know the template section ${unknown.join(', ')}`);
  const declared = asRecord(template['Resources'] ?? {}, 'Resources');
  const resources = Object.fromEntries(
    Object.entries(declared).map(([id, resource]) => [id, parseResource(id, resource)]),
  );
  return {
    name: name ?? (await readName(folder)),
    region,
    resources,
    async artifact(s3Key) {
      const zip = join(folder, basename(s3Key));
      const exists = await access(zip).then(
        () => true,
        () => false,
      );
      if (exists) return { zip };
      if (codeFolder !== undefined) return { folder: codeFolder };
      throw new Error(`${zip} does not exist, and no folder stands in for it`);
    },
  };
}

async function readName(folder: string): Promise<string> {
  const { service } = asRecord(JSON.parse(await readFile(join(folder, STATE), 'utf8')), STATE);
  const { service: name, provider } = asRecord(service, `${STATE}: service`);
  return `${String(name)}-${String(asRecord(provider, `${STATE}: provider`)['stage'])}`;
}

function parseResource(id: string, resource: unknown): Declaration {
  const { Type, Properties = {}, DependsOn = [], ...others } = asRecord(resource, id);
  const unknown = Object.keys(others).filter((member) => !MEMBERS.has(member));
  if (unknown.length > 0) throw new Error(`${id}: the sandbox does not know the attribute ${unknown.join(', ')}`);
  return { type: String(Type), properties: asRecord(Properties, id), dependsOn: [DependsOn].flat().map(String) };
}
