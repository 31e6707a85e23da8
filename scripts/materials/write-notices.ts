import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundledPackages } from './bundled-packages.ts';

const TERMS = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i;

/**
 * Writes the licences of everything whose code is in a bundle: that is what they ask of whoever gives the code on. Packages
 * with the same text stand together. What is installed beside a bundle brings its own.
 */
export async function writeNotices(file: string, bundles: ReadonlyMap<string, Metafile>): Promise<void> {
  const folders = new Set([...bundles.values()].flatMap((metafile) => bundledPackages(metafile).folders));
  const packagesOf = new Map<string, string[]>();
  for (const folder of [...folders].toSorted()) {
    const { name, terms } = await readTerms(folder);
    packagesOf.set(terms, [...(packagesOf.get(terms) ?? []), name]);
  }
  const sections = [...packagesOf].map(([terms, names]) => `${[...new Set(names)].join('\n')}\n\n${terms}\n`);
  const head = 'The functions of Holdfast contain code of these packages, under these licences.\n';
  await writeFile(file, [head, ...sections].join(`\n${'-'.repeat(80)}\n\n`));
}

/** Members of a package.json, as far as they say whose it is. */
interface Ownership extends Readonly<Record<'name' | 'version' | 'license', string>> {
  readonly author?: string | { readonly name: string };
}

/** The package, and the text under which it may be given on: its own files, else what it says of itself. */
async function readTerms(folder: string): Promise<{ readonly name: string; readonly terms: string }> {
  const text = await readFile(join(folder, 'package.json'), 'utf8');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a package without a licence is refused by the bill
  const { name, version, license, author } = JSON.parse(text) as Ownership;
  const files = (await readdir(folder)).filter((entry) => TERMS.test(entry)).toSorted();
  const texts = await Promise.all(files.map((entry) => readFile(join(folder, entry), 'utf8')));
  const holder = typeof author === 'object' ? author.name : author;
  const said = `Licence: ${license}${holder === undefined ? '' : `\nAuthor: ${holder}`}`;
  const terms = texts.length === 0 ? said : texts.map((each) => each.replaceAll('\r\n', '\n').trim()).join('\n\n');
  return { name: `${name} ${version}`, terms };
}
