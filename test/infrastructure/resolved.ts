import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { tailor } from '../../scripts/tailor.ts';
import { parseConfig } from '../../src/config-schema.ts';
import type { Resource, Template } from './template.ts';

/** What of serverless.yml is not CloudFormation yet. */
export interface Service {
  readonly custom: Readonly<Record<string, unknown>>;
  readonly provider: Readonly<Record<string, unknown>>;
  readonly functions: Readonly<Record<string, FunctionEntry>>;
  readonly resources: readonly unknown[];
}

export interface FunctionEntry {
  readonly role: unknown;
  readonly timeout?: number;
  readonly events?: readonly { readonly sqs?: Readonly<Record<string, unknown>> }[];
}

/** Short forms of CloudFormation, as the long ones. */
const TAGS = [
  { tag: '!Ref', resolve: (id: string) => ({ Ref: id }) },
  { tag: '!Sub', resolve: (text: string) => ({ 'Fn::Sub': text }) },
  { tag: '!GetAtt', resolve: (path: string) => ({ 'Fn::GetAtt': path.split('.') }) },
];

/** Everything that serverless.yml declares, or what of it one Region of a configuration needs. */
export async function readService(configFile?: string, region = ''): Promise<Service> {
  const text = await readFile('serverless.yml', 'utf8');
  return toService(
    configFile === undefined ? text : tailor(text, region, parseConfig(await readFile(configFile, 'utf8'))),
  );
}

function toService(text: string): Service {
  return parse(text, { customTags: TAGS }) as Service;
}

type Concern = (resolvers: {
  resolveVariable(name: string): Promise<unknown>;
  resolveConfigurationProperty(path: readonly string[]): Promise<unknown>;
}) => Promise<{ readonly Resources: Readonly<Record<string, Resource>> }>;

/**
 * What infra/ says for one Region of a configuration, by logical id: a template without what the framework makes of the
 * functions. It takes milliseconds, where packaging takes seconds; `packaged` shows what comes out in the end.
 */
export async function resolveTemplate(configFile: string, region: string, stage = 'test'): Promise<Template> {
  const config = parseConfig(await readFile(configFile, 'utf8'));
  const service = toService(tailor(await readFile('serverless.yml', 'utf8'), region, config));
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-infra-'));
  try {
    await cp('infra', join(folder, 'infra'), { recursive: true });
    await mkdir(join(folder, 'dist'));
    await writeFile(join(folder, 'dist', 'holdfast.json'), JSON.stringify(config));
    const require = createRequire(join(folder, 'infra', 'x.cjs'));
    const resolvers = {
      resolveVariable: async (name: string) => (name === 'opt:region' ? region : stage),
      resolveConfigurationProperty: async (path: readonly string[]) =>
        path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], service),
    };
    const template = new Map<string, Resource>();
    for (const name of concernsOf(service)) {
      const { Resources } = await (require(`./${name}`) as Concern)(resolvers);
      for (const [id, resource] of Object.entries(Resources)) template.set(id, resource);
    }
    return template;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function concernsOf({ resources }: Service): readonly string[] {
  return resources.flatMap((entry) => {
    const name = typeof entry === 'string' ? /^\$\{file\(\.\/infra\/([a-z-]+\.cjs)\)\}$/.exec(entry)?.[1] : undefined;
    return name === undefined ? [] : [name];
  });
}
