import { asRecord, isRecord } from '../record.ts';

/** What references in a template resolve to. Throws an `Error` for what is not there. */
export interface Scope {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
}

type Intrinsic = (operand: unknown, scope: Scope) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (operand, scope) => scope.ref(String(operand)),
  'Fn::GetAtt': (operand, scope) => {
    const [id = '', ...path] = Array.isArray(operand) ? operand.map(String) : String(operand).split('.');
    return scope.attribute(id, path.join('.'));
  },
  'Fn::Join': (operand, scope) => {
    const [separator, parts] = pair('Fn::Join', resolve(operand, scope));
    return list('Fn::Join', parts).map(String).join(String(separator));
  },
  'Fn::Select': (operand, scope) => {
    const [index, parts] = pair('Fn::Select', resolve(operand, scope));
    return list('Fn::Select', parts)[Number(index)];
  },
  'Fn::Split': (operand, scope) => {
    const [separator, text] = pair('Fn::Split', resolve(operand, scope));
    return String(text).split(String(separator));
  },
  'Fn::Sub': (operand, scope) => {
    const [text, variables] = Array.isArray(operand) ? pair('Fn::Sub', operand) : [operand, {}];
    return substitute(String(text), variables, scope);
  },
};

/** The value with every intrinsic in it replaced by what it stands for. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((member) => resolve(member, scope));
  if (typeof value !== 'object' || value === null) return value;
  const [entry, ...others] = Object.entries(asRecord(value, 'a member'));
  if (entry !== undefined && others.length === 0 && isIntrinsic(entry[0])) {
    const [name, operand] = entry;
    const intrinsic = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
    if (intrinsic === undefined) throw new Error(`the sandbox does not resolve ${name}`);
    return intrinsic(operand, scope);
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member, scope)]));
}

/** `Condition` as an intrinsic is left out: in a policy it is an ordinary member. */
function isIntrinsic(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

/** `${!Literal}` is not a reference. */
function substitute(text: string, variables: unknown, scope: Scope): string {
  const own = new Map(Object.entries(isRecord(variables) ? variables : {}));
  return text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (own.has(name)) return String(resolve(own.get(name), scope));
    const dot = name.indexOf('.');
    return String(dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)));
  });
}

function pair(name: string, operand: unknown): readonly [unknown, unknown] {
  if (Array.isArray(operand) && operand.length === 2) return [operand[0], operand[1]];
  throw new Error(`${name} takes two operands`);
}

function list(name: string, operand: unknown): readonly unknown[] {
  if (Array.isArray(operand)) return operand;
  throw new Error(`${name} takes a list`);
}

/** Logical ids that the value refers to, pseudo parameters included; throws for an unknown intrinsic. */
export function referencesIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (id: string): string => {
    found.add(id);
    return '';
  };
  // What a reference stands for is not known yet; a split or a selection of it is as empty as itself.
  resolve(value, { ref: note, attribute: note });
  return found;
}
