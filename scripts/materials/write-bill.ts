import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import {
  type BillOfMaterials,
  type BundleContents,
  finishBill,
  objectionsTo,
  requiredOnly,
} from './bill-of-materials.ts';
import { bundledPackages } from './bundled-packages.ts';

/** Writes what the bundles are made of to `file`. Throws, with all reasons, where something must not be released. */
export async function writeBillOfMaterials(
  file: string,
  bundles: ReadonlyMap<string, Metafile>,
): Promise<BillOfMaterials> {
  const contents = await Promise.all([...bundles].map(([bundle, metafile]) => describe(bundle, metafile)));
  const bill = finishBill(
    await listProductionPackages(),
    contents.toSorted((a, b) => (a.bundle < b.bundle ? -1 : 1)),
  );
  const objections = objectionsTo(bill, contents);
  if (objections.length > 0) throw new Error(`not to be released:\n${objections.join('\n')}`);
  await writeFile(file, `${JSON.stringify(bill, undefined, 2)}\n`);
  return bill;
}

async function describe(bundle: string, metafile: Metafile): Promise<BundleContents> {
  const { folders, expected } = bundledPackages(metafile);
  const packages = await Promise.all(folders.map((folder) => nameAndVersion(folder)));
  return { bundle, expected, packages };
}

async function nameAndVersion(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'package.json'), 'utf8');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- npm installs nothing that has neither
  const { name, version } = JSON.parse(text) as Readonly<Record<'name' | 'version', string>>;
  return `${name}@${version}`;
}

/** By npm, from the lock file alone: neither the network nor what happens to be installed has a say. */
async function listProductionPackages(): Promise<BillOfMaterials> {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  const { stdout } = await promisify(execFile)('npm', args, { maxBuffer: 64 * 1024 * 1024 });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- CycloneDX, by npm's word
  return requiredOnly(JSON.parse(stdout) as BillOfMaterials);
}
