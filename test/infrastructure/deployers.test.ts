import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseTemplate } from '../../scripts/deployment/plan.ts';
import { STACK_RESOURCES } from '../../src/policy/stack-resources.ts';
import { packaged } from './packaged.ts';
import { resolveTemplate } from './resolved.ts';

it('whoever deploys may make every type of resource of the templates, and no other', { timeout: 120_000 }, async () => {
  const folder = join(await packaged('test/infrastructure/two-regions.yml'), 'stacks');
  const types = new Set<string>();
  for (const region of await readdir(folder)) {
    const text = await readFile(join(folder, region, 'cloudformation-template-update-stack.json'), 'utf8');
    for (const { Type } of Object.values(parseTemplate(text).Resources)) types.add(Type);
  }
  for (const { Type } of (await resolveTemplate('test/infrastructure/audits.yml', 'us-east-1')).values())
    types.add(Type);
  expect([...types].toSorted()).toEqual(STACK_RESOURCES.flatMap((resource) => resource.types).toSorted());
});
