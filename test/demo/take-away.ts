import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DESTINATION, SOURCE } from '../../demo/places.ts';

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: unknown }>>;
}

const TEMPLATE = 'cloudformation-template-update-stack.json';

/** Copies packaged stacks and takes the event source mapping of a queue out of every template. Rejects where there is none. */
export async function takeAwayMapping(stacks: string, queue: string, into: string): Promise<void> {
  await cp(stacks, into, { recursive: true });
  for (const { region } of [SOURCE, DESTINATION]) {
    const file = join(into, region, TEMPLATE);
    const template = JSON.parse(await readFile(file, 'utf8')) as Template;
    const kept = Object.entries(template.Resources).filter(
      ([, { Type, Properties }]) =>
        Type !== 'AWS::Lambda::EventSourceMapping' || !JSON.stringify(Properties).includes(`"${queue}"`),
    );
    const takenAway = Object.keys(template.Resources).length - kept.length;
    if (takenAway !== 1) throw new Error(`expected one mapping of ${queue} in ${file}, found ${takenAway}`);
    await writeFile(file, JSON.stringify({ ...template, Resources: Object.fromEntries(kept) }));
  }
}
