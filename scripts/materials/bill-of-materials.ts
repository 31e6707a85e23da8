import type { BundledPackages } from './bundled-packages.ts';

/** A package in a bill of materials, as far as it is looked at. */
export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  /** `optional`: for development, or not installed unless somebody else asks for it. */
  readonly scope?: 'required' | 'optional' | 'excluded';
  readonly licenses?: readonly { readonly license?: { readonly id?: string }; readonly expression?: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** CycloneDX JSON, as far as it is looked at. */
export interface BillOfMaterials {
  readonly metadata: { readonly component: { readonly 'bom-ref': string } & Readonly<Record<string, unknown>> };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** A bundle, and its packages as `name@version` where their code is in it. */
export interface BundleContents extends Pick<BundledPackages, 'expected'> {
  readonly bundle: string;
  readonly packages: readonly string[];
}

/**
 * Licences under which a package may be given on with ours and used in any product: each asks at most for its notice. Whoever adds one
 * reads it first.
 */
const LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
]);

const BUNDLED_IN = 'holdfast:bundled-in';

/**
 * The bill of what is released: without what differs between two runs, in alphabetical order, and each package with the bundles that
 * carry its code.
 */
export function finishBill(listed: BillOfMaterials, bundles: readonly BundleContents[]): BillOfMaterials {
  const { component } = listed.metadata;
  const { serialNumber: _, ...bill }: BillOfMaterials & { serialNumber?: string } = listed;
  const carriers = (ref: string): readonly string[] =>
    bundles.filter(({ packages }) => packages.includes(ref)).map(({ bundle }) => bundle);
  return {
    ...bill,
    metadata: { component: { ...component, name: 'holdfast', type: 'application' } },
    components: listed.components
      .toSorted((a, b) => compare(a['bom-ref'], b['bom-ref']))
      .map((one) => ({
        ...one,
        properties: [
          ...(one.properties ?? []),
          ...carriers(one['bom-ref']).map((value) => ({ name: BUNDLED_IN, value })),
        ],
      })),
    dependencies: listed.dependencies
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.toSorted(compare) }))
      .toSorted((a, b) => compare(a.ref, b.ref)),
  };
}

/**
 * Only what an installation brings along. npm's own `--omit=dev` also leaves out what something for development happens to need
 * as well; its scopes do not.
 */
export function requiredOnly(listed: BillOfMaterials): BillOfMaterials {
  const components = listed.components.filter(({ scope }) => scope === 'required');
  const kept = new Set(components.map((component) => component['bom-ref']));
  const isKept = (ref: string): boolean => kept.has(ref);
  return {
    ...listed,
    components,
    dependencies: listed.dependencies
      .filter(({ ref }) => isKept(ref) || ref === listed.metadata.component['bom-ref'])
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isKept) })),
  };
}

/** Why something must not be released with this bill; empty: it may. */
export function objectionsTo({ components }: BillOfMaterials, bundles: readonly BundleContents[]): readonly string[] {
  const refs = new Set(components.map((component) => component['bom-ref']));
  const names = new Set(components.map(({ name }) => name));
  return [
    ...bundles.flatMap(({ bundle, packages, expected }) => [
      ...packages
        .filter((ref) => !refs.has(ref))
        .map((ref) => `${bundle} contains ${ref}, which is no production dependency`),
      ...expected
        .filter((name) => !names.has(name))
        .map((name) => `${bundle} expects ${name}, which is no production dependency`),
    ]),
    ...components.flatMap((component) => {
      const licences = licencesOf(component);
      if (licences.length === 0) return [`${component['bom-ref']} names no licence`];
      return licences.some((name) => LICENCES.has(name))
        ? []
        : [`${component['bom-ref']} is under ${licences.join(', ')}, which is not on the list`];
    }),
  ];
}

/** Licences of which one may be chosen. What an expression joins by AND is one that is on no list. */
function licencesOf({ licenses = [] }: Component): readonly string[] {
  return licenses.flatMap(({ license, expression = license?.id ?? '' }) =>
    expression
      .replaceAll(/[()]/g, '')
      .split(' OR ')
      .filter((name) => name !== ''),
  );
}

/** By UTF-16 code units: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
