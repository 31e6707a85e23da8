import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCli, bundleFunctions } from '../../scripts/bundle.ts';
import {
  type BillOfMaterials,
  type BundleContents,
  type Component,
  finishBill,
  objectionsTo,
  requiredOnly,
} from '../../scripts/materials/bill-of-materials.ts';
import { bundledPackages } from '../../scripts/materials/bundled-packages.ts';
import { writeBillOfMaterials } from '../../scripts/materials/write-bill.ts';
import { writeNotices } from '../../scripts/materials/write-notices.ts';

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

describe('the bill of materials of a release', () => {
  let folder: string;
  let bill: BillOfMaterials;
  const bundles = new Map<string, Metafile>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-bill-'));
    const hear = (bundle: string, contents: Metafile) => void bundles.set(bundle, contents);
    await bundleFunctions(join(folder, 'dist'), hear);
    await bundleCli(join(folder, 'dist'), hear);
    bill = await writeBillOfMaterials(join(folder, 'first.json'), bundles);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const carriersOf = (name: string) =>
    bill.components
      .find((one) => one.name === name)
      ?.properties?.filter(({ name: key }) => key === 'holdfast:bundled-in');

  it('is the same, byte by byte, when it is written again', async () => {
    await writeBillOfMaterials(join(folder, 'second.json'), bundles);
    expect(await readFile(join(folder, 'second.json'), 'utf8')).toBe(
      await readFile(join(folder, 'first.json'), 'utf8'),
    );
  });

  it('names every dependency in the version that is asked for, and nothing that is only for development', async () => {
    const { dependencies, devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as PackageJson;
    const listed = new Map(bill.components.map(({ name, version }) => [name, version]));
    expect(Object.entries(dependencies).filter(([name, version]) => listed.get(name) !== version)).toEqual([]);
    expect(
      Object.keys(devDependencies).filter(
        (name) => ['esbuild', 'vitest', 'serverless', 'typescript'].includes(name) && listed.has(name),
      ),
    ).toEqual([]);
  });

  it('says which functions carry a package', () => {
    expect(carriersOf('@aws-sdk/client-s3')).toContainEqual({ name: 'holdfast:bundled-in', value: 'on-read' });
    expect(carriersOf('hash-wasm')).toContainEqual({ name: 'holdfast:bundled-in', value: 'on-read' });
    expect(carriersOf('commander')).toEqual([]);
    expect(carriersOf('dynalite')).toEqual([]);
  });

  it('gives the hash and the licence of every package', () => {
    const without = bill.components.filter((one) => !('hashes' in one) || (one.licenses ?? []).length === 0);
    expect(without.map((one) => one['bom-ref'])).toEqual([]);
  });

  it('comes with the licences of everything that is bundled, and of nothing else', async () => {
    await writeNotices(join(folder, 'notices.txt'), bundles);
    const notices = await readFile(join(folder, 'notices.txt'), 'utf8');
    const isBundled = ({ properties = [] }: Component) => properties.some(({ name }) => name === 'holdfast:bundled-in');
    const named = (one: Component) => notices.includes(`\n${one.name} ${one.version}\n`);
    expect(bill.components.filter((one) => named(one) !== isBundled(one)).map((one) => one.name)).toEqual([]);
    const terms = ['Copyright (c) 2020 Dani Biró', 'Apache License', 'Licence: MIT-0\nAuthor: Amazon Web Services'];
    expect(terms.filter((text) => !notices.includes(text))).toEqual([]);
  });

  it('is about Holdfast, wherever it was built, and names no time and no machine', () => {
    expect(bill.metadata.component).toMatchObject({ name: 'holdfast', type: 'application' });
    expect(Object.keys(bill)).not.toContain('serialNumber');
    expect(Object.keys(bill.metadata)).toEqual(['component']);
    expect(JSON.stringify(bill)).not.toMatch(/registry|file:|\/home\/|\/tmp\//);
  });
});

const component = (ref: string, licences: readonly string[] = ['MIT']): Component => ({
  'bom-ref': ref,
  name: ref.slice(0, ref.lastIndexOf('@')),
  version: ref.slice(ref.lastIndexOf('@') + 1),
  licenses: licences.map((id) => (/ /.test(id) ? { expression: id } : { license: { id } })),
});
const billOf = (...components: readonly Component[]): BillOfMaterials => ({
  metadata: { component: { 'bom-ref': 'holdfast@0.1.0' } },
  components,
  dependencies: [],
});
const bundle = (contents: Partial<BundleContents>): BundleContents => ({
  bundle: 'on-read',
  packages: [],
  expected: [],
  ...contents,
});

describe('a release', () => {
  it.each([
    ['with only what is listed', component('a@1.0.0'), bundle({ packages: ['a@1.0.0'], expected: ['a'] }), []],
    [
      'with code that is not listed',
      component('a@1.0.0'),
      bundle({ packages: ['b@1.0.0'] }),
      [/on-read contains b@1\.0\.0/],
    ],
    [
      'with another version than is listed',
      component('a@1.0.0'),
      bundle({ packages: ['a@2.0.0'] }),
      [/contains a@2\.0\.0/],
    ],
    [
      'that expects what is not listed',
      component('a@1.0.0'),
      bundle({ expected: ['@b/c'] }),
      [/on-read expects @b\/c/],
    ],
    [
      'with a licence that is not on the list',
      component('a@1.0.0', ['AGPL-3.0-only']),
      bundle({}),
      [/a@1\.0\.0 is under AGPL/],
    ],
    ['without a licence', component('a@1.0.0', []), bundle({}), [/a@1\.0\.0 names no licence/]],
    [
      'with a choice of licences, one of them on the list',
      component('a@1.0.0', ['(MIT OR GPL-3.0-only)']),
      bundle({}),
      [],
    ],
    ['with two licences at once', component('a@1.0.0', ['MIT AND GPL-3.0-only']), bundle({}), [/MIT AND GPL/]],
  ])('%s is objected to as it should be', (_, listed, contents, expected) => {
    expect(objectionsTo(billOf(listed), [contents])).toEqual(expected.map((reason) => expect.stringMatching(reason)));
  });

  it('has its packages in the order of their names, whatever order npm has', () => {
    const refs = (bill: BillOfMaterials) => finishBill(bill, []).components.map((one) => one['bom-ref']);
    expect(refs(billOf(component('b@1.0.0'), component('a@1.0.0')))).toEqual(['a@1.0.0', 'b@1.0.0']);
  });
});

describe('what an installation brings along', () => {
  it('is what npm calls required, and the edges between that', () => {
    const listed: BillOfMaterials = {
      ...billOf({ ...component('tool@1.0.0'), scope: 'optional' }, { ...component('used@1.0.0'), scope: 'required' }),
      dependencies: [
        { ref: 'holdfast@0.1.0', dependsOn: ['tool@1.0.0', 'used@1.0.0'] },
        { ref: 'tool@1.0.0', dependsOn: ['used@1.0.0'] },
      ],
    };
    const { components, dependencies } = requiredOnly(listed);
    expect(components.map((one) => one['bom-ref'])).toEqual(['used@1.0.0']);
    expect(dependencies).toEqual([{ ref: 'holdfast@0.1.0', dependsOn: ['used@1.0.0'] }]);
  });
});

describe('what a bundle is made of', () => {
  const metafile = (inputs: readonly string[], imports: readonly string[]): Metafile =>
    ({
      outputs: {
        'index.mjs': {
          inputs: Object.fromEntries([
            ...inputs.map((file) => [file, { bytesInOutput: 1 }]),
            ['node_modules/unused/a.js', { bytesInOutput: 0 }],
          ]),
          imports: imports.map((path) => ({ path, kind: 'import-statement', external: true })),
        },
      },
    }) as unknown as Metafile;

  it.each([
    ['our own files', ['src/monitor.ts'], [], { folders: [], expected: [] }],
    ['a scoped package', ['node_modules/@a/b/dist/c.js'], [], { folders: ['node_modules/@a/b'], expected: [] }],
    [
      'a package within another',
      ['node_modules/a/node_modules/b/c.js'],
      [],
      { folders: ['node_modules/a/node_modules/b'], expected: [] },
    ],
    ['modules of Node', [], ['node:fs', 'fs', 'fs/promises'], { folders: [], expected: [] }],
    ['a file of a scoped package beside it', [], ['@a/b/c', 'd/e'], { folders: [], expected: ['@a/b', 'd'] }],
  ])('of %s is known', (_, inputs, imports, expected) => {
    expect(bundledPackages(metafile(inputs, imports))).toEqual(expected);
  });
});
