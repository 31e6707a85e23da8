import { builtinModules } from 'node:module';
import type { Metafile } from 'esbuild';

/** What a bundle is made of besides our own files. */
export interface BundledPackages {
  /** Folders of packages whose code is in the bundle, e.g. `node_modules/a/node_modules/b`. */
  readonly folders: readonly string[];
  /** Names of packages that the bundle expects beside it. */
  readonly expected: readonly string[];
}

export function bundledPackages({ outputs }: Metafile): BundledPackages {
  // Of a file that was read and not needed nothing is left.
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const folders = files.map((file) => packageFolder(file));
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const expected = imports.filter(({ external, path }) => external === true && !isBuiltIn(path));
  return {
    folders: unique(folders.filter((folder) => folder !== undefined)),
    expected: unique(expected.map(({ path }) => packageName(path))),
  };
}

/** The innermost package folder of a file. */
function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file.replaceAll('\\', '/'))?.[0];
}

/** `@a/b/c` is of the package `@a/b`, `a/b` of `a`. */
function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function isBuiltIn(path: string): boolean {
  return path.startsWith('node:') || builtinModules.includes(path);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
