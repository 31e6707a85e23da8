/** What a template declares, as far as a plan is about it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Throws where the text is no template in JSON. */
export function parseTemplate(text: string): Template {
  const found: unknown = JSON.parse(text);
  if (!isTemplate(found)) throw new Error('expected a CloudFormation template with resources, got something else');
  return found;
}

function isTemplate(found: unknown): found is Template {
  return isObject(found) && 'Resources' in found && isObject(found.Resources);
}

const isObject = (found: unknown): found is object => typeof found === 'object' && found !== null;

/** What a deployment would do to the stack of one Region. Resources are logical IDs. */
export interface RegionPlan {
  readonly region: string;
  readonly stack: string;
  readonly state: 'new' | 'changed' | 'unchanged';
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** How many resources of each type there are afterwards. */
  readonly types: ReadonlyMap<string, number>;
  /** Tables and buckets of an earlier stack, in the way of a new one: CloudFormation takes over nothing by itself. */
  readonly inTheWay: readonly string[];
}

/** What is known of a Region before. */
export interface RegionState {
  readonly region: string;
  readonly stack: string;
  readonly packaged: Template;
  /** Absent: there is no such stack. */
  readonly deployed?: Template;
  /** Names of tables that exist. */
  readonly tables: readonly string[];
  /** Names of buckets for reports that exist. */
  readonly buckets: readonly string[];
}

/** Compares templates resource by resource. The bucket and folder of the code change with every deployment and say nothing. */
export function planRegion({ region, stack, packaged, deployed, tables, buckets }: RegionState): RegionPlan {
  const [after, before] = [packaged.Resources, deployed?.Resources ?? {}];
  const names = Object.keys(after);
  const added = names.filter((name) => before[name] === undefined);
  const changed = names.filter((name) => before[name] !== undefined && essence(before[name]) !== essence(after[name]));
  const removed = Object.keys(before).filter((name) => after[name] === undefined);
  const counts = new Map<string, number>();
  for (const { Type } of Object.values(after)) counts.set(Type, (counts.get(Type) ?? 0) + 1);
  const isSame = added.length + changed.length + removed.length === 0;
  return {
    region,
    stack,
    state: deployed === undefined ? 'new' : isSame ? 'unchanged' : 'changed',
    added,
    changed,
    removed,
    types: new Map([...counts].toSorted(([a, n], [b, m]) => m - n || a.localeCompare(b))),
    inTheWay: added.flatMap((name) => [
      ...tables.filter((table) => after[name]?.Properties?.['TableName'] === table),
      ...buckets.filter((bucket) => isNamed(after[name]?.Properties?.['BucketName'], bucket)),
    ]),
  };
}

/** Whether a name in a template stands for this one, in whatever account. */
function isNamed(written: unknown, name: string): boolean {
  if (!isObject(written) || !('Fn::Sub' in written)) return false;
  const [before, behind] = String(written['Fn::Sub']).split('${AWS::AccountId}');
  return behind !== undefined && name.startsWith(`${before}`) && name.endsWith(behind);
}

/** The resource without what is of this deployment alone, keys in order. */
function essence(resource: TemplateResource | undefined): string {
  return JSON.stringify(resource, (name, value: unknown) => {
    if (name === 'Code') return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => a.localeCompare(b)));
  });
}

/** Lines for people. */
export function renderPlan(plan: RegionPlan): readonly string[] {
  const { region, stack, state, added, changed, removed, types } = plan;
  const functions = types.get('AWS::Lambda::Function') ?? 0;
  const total = [...types.values()].reduce((sum, count) => sum + count, 0);
  return [
    `${region}  stack ${stack}: ${STATES[state]}; ${total} resources, ${functions} of them functions`,
    ...(state === 'new' ? [`    ${[...types].map(([type, count]) => `${count} ${shortened(type)}`).join(', ')}`] : []),
    ...(state === 'changed' ? [...list('+', added), ...list('~', changed), ...list('-', removed)] : []),
  ];
}

/** The same for programs. */
export function toPlanRecord({ types, ...plan }: RegionPlan): object {
  return { kind: 'plan', ...plan, types: Object.fromEntries(types) };
}

const STATES: Readonly<Record<RegionPlan['state'], string>> = {
  new: 'new',
  changed: 'changes',
  unchanged: 'as it is; only code may differ',
};

const shortened = (type: string): string => type.replace(/^AWS::/, '').replace('::', ' ');

function list(sign: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`    ${sign} ${names.join(', ')}`];
}
