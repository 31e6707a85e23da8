import { referencesIn } from './intrinsics.ts';
import type { Declaration } from './stack.ts';

/** Logical ids in an order in which each resource comes after what it refers to. Throws an `Error` for a cycle or a loose end. */
export function creationOrder(resources: Readonly<Record<string, Declaration>>): readonly string[] {
  const ordered: string[] = [];
  const state = new Map<string, 'visiting' | 'done'>();

  function visit(id: string, path: readonly string[]): void {
    if (state.get(id) === 'done') return;
    if (state.get(id) === 'visiting') throw new Error(`the resources ${[...path, id].join(' → ')} refer to each other`);
    state.set(id, 'visiting');
    for (const needed of dependenciesOf(id, resources)) visit(needed, [...path, id]);
    state.set(id, 'done');
    ordered.push(id);
  }

  for (const id of Object.keys(resources)) visit(id, []);
  return ordered;
}

function dependenciesOf(id: string, resources: Readonly<Record<string, Declaration>>): readonly string[] {
  const resource = resources[id];
  if (resource === undefined) return [];
  const needed = [...referencesIn(resource.properties), ...resource.dependsOn].filter(
    (name) => !name.startsWith('AWS::'),
  );
  const missing = needed.find((name) => !Object.hasOwn(resources, name));
  if (missing !== undefined) throw new Error(`${id} refers to ${missing}, which the template does not declare`);
  return needed;
}
