import type { ObjectRef } from '../model/object.ts';
import * as fields from './fields.ts';
import { isJsonObject, member, type Found } from './fields.ts';

// Members of our own messages. They are read strictly, because we wrote them: an empty text is a text, and null is a fault.

export function text(found: Found): string {
  return typeof found.value === 'string' ? found.value : fields.refuse(found, 'a text');
}

export function count(found: Found): number {
  return fields.optionalSize(found) ?? fields.refuse(found, 'a whole number');
}

export function flag(found: Found): boolean {
  return typeof found.value === 'boolean' ? found.value : fields.refuse(found, 'true or false');
}

export function optional<T>(found: Found, read: (found: Found) => T): T | undefined {
  return found.value === undefined ? undefined : read(found);
}

/** Those of the members that are there. */
export function texts<Name extends string>(found: Found, names: readonly Name[]): { readonly [name in Name]?: string } {
  const given: { [name in Name]?: string } = {};
  for (const name of names) {
    const value = optional(member(found, name), text);
    if (value !== undefined) given[name] = value;
  }
  return given;
}

export function list<T>(found: Found, read: (found: Found) => T): readonly T[] {
  const { value, path } = found;
  if (!Array.isArray(value)) return fields.refuse(found, 'a list');
  return value.map((entry: unknown, index) => read({ value: entry, path: `${path}[${index}]` }));
}

/** Texts by names of any kind, `__proto__` included. */
export function dictionary(found: Found): Readonly<Record<string, string>> {
  const { value } = found;
  if (!isJsonObject(value)) return fields.refuse(found, 'an object');
  return Object.fromEntries(Object.keys(value).map((name) => [name, text(member(found, name))]));
}

/** One of the names that `names` has. */
export function oneOf<Name extends string>(found: Found, names: Readonly<Record<Name, unknown>>): Name {
  const { value } = found;
  return isName(value, names) ? value : fields.refuseName(found, Object.keys(names).join(' or '));
}

function isName<Name extends string>(value: unknown, names: Readonly<Record<Name, unknown>>): value is Name {
  return typeof value === 'string' && Object.hasOwn(names, value);
}

export function readObjectRef(found: Found): ObjectRef {
  return {
    bucket: text(member(found, 'bucket')),
    region: text(member(found, 'region')),
    key: text(member(found, 'key')),
    ...texts(found, ['versionId']),
  };
}
