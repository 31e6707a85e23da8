import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** One broken rule: the file that breaks it, its source, and what lint must say, in the rule's own words or its code. */
type Breach = readonly [file: string, source: string, objection: string];

const NOT_THE_PROCESS = 'Only config.ts and cli/main.ts know that there is a process';
const NOT_THE_TIME = 'Time comes through the Clock port';

const breaches: readonly Breach[] = [
  ['src/unheard-of/new.ts', `import '../model/object.ts';`, 'no row in the import table'],
  ['src/model/a.ts', `import '../errors.ts';`, 'The vocabulary knows only itself'],
  [
    'src/model/b.ts',
    `import type { Stats } from 'node:fs';\nexport type A = Stats;`,
    'The vocabulary knows only itself',
  ],
  ['src/ports.ts', `import './gather/gather-facts.ts';`, 'Ports and errors are words too'],
  ['src/errors.ts', `import '@aws-sdk/client-s3';`, 'Ports and errors are words too'],
  ['src/ingest/a.ts', `import '../ports.ts';`, 'Parsing is pure'],
  ['src/ingest/b.ts', `import 'valibot';`, 'Parsing is pure'],
  ['src/digest/a.ts', `import '../ports.ts';`, 'Digests see bytes'],
  ['src/digest/b.ts', `import 'node:process';`, 'Digests see bytes'],
  ['src/checks/a.ts', `import '../ports.ts';`, 'A check is pure and total'],
  ['src/checks/b.ts', `import '../policy/decide.ts';`, 'A check is pure and total'],
  ['src/checks/c.ts', `export * from '../config.ts';`, 'A check is pure and total'],
  ['src/checks/d.ts', `export const later = import('node:fs');`, 'A check is pure and total'],
  ['src/checks/pair/a.ts', `import '../../ports.ts';`, 'A check is pure and total'],
  ['src/checks/pair/b.ts', `import '../index.ts';`, 'A check is pure and total'],
  ['src/policy/a.ts', `import '../checks/index.ts';`, 'Policy decides and touches nothing'],
  ['src/policy/b.ts', `import '../ports.ts';`, 'Policy decides and touches nothing'],
  ['src/render/a.ts', `import '../policy/severity.ts';`, 'Rendering turns model into text'],
  ['src/gather/a.ts', `import '../adapters/aws/clients.ts';`, 'Gathering looks at the world through ports'],
  ['src/gather/b.ts', `import '../checks/index.ts';`, 'Gathering looks at the world through ports'],
  ['src/act/a.ts', `import '../policy/decide.ts';`, 'Acting turns one action into one port call'],
  ['src/act/b.ts', `import '@aws-sdk/client-sns';`, 'Acting turns one action into one port call'],
  ['src/monitor.ts', `import './adapters/aws/clients.ts';`, 'The monitor is the core'],
  ['src/watch-config.ts', `import './compose.ts';`, 'The monitor is the core'],
  ['src/probe.ts', `import './adapters/aws/clients.ts';`, 'The monitor is the core'],
  ['src/steer-mrap.ts', `import './compose-steer.ts';`, 'The monitor is the core'],
  ['src/alert-desk.ts', `import './compose-alerts.ts';`, 'The monitor is the core'],
  ['src/send-alerts.ts', `import './adapters/aws/clients.ts';`, 'The monitor is the core'],
  ['src/audit/a.ts', `import '../config.ts';`, 'An audit is the core over two listings'],
  ['src/config-schema.ts', `import 'node:fs';`, 'The schema turns text into a Config, purely'],
  ['src/config/a.ts', `import '../ports.ts';`, 'The parts of config-schema.ts are as pure as the whole'],
  ['src/config.ts', `import './config/schema.ts';\nimport 'yaml';`, 'config.ts is read at every cold start'],
  ['src/adapters/aws/a.ts', `import '../../policy/decide.ts';`, 'An adapter translates one port'],
  ['src/adapters/aws/b.ts', `import '../../config.ts';`, 'An adapter translates one port'],
  ['src/compose.ts', `import './config-schema.ts';`, 'Composition joins the core and the adapters'],
  ['src/index.ts', `import './sandbox/sandbox.ts';`, 'Composition joins the core and the adapters'],
  ['src/sandbox/a.ts', `import '../gather/gather-facts.ts';`, 'The sandbox is a cloud, not a part of Holdfast'],
  ['src/sandbox/s3/a.ts', `import '../../adapters/aws/clients.ts';`, 'The sandbox is a cloud, not a part of Holdfast'],
  ['src/sandbox/s3/b.ts', `import '@aws-sdk/client-s3';`, 'The sandbox is a cloud, not a part of Holdfast'],
  ['src/cli/a.ts', `import '@aws-sdk/client-s3';`, 'A command is a door'],
  ['src/cli/b.ts', `import '../../handlers/on-look.ts';`, 'A command is a door'],
  ['src/console/a.ts', `import '../sandbox/sandbox.ts';`, 'The console is a door'],
  ['src/console/b.ts', `import '../config-schema.ts';`, 'The console is a door'],
  ['handlers/a.ts', `import '@aws-sdk/client-sqs';`, 'A handler converts, calls and converts back'],
  ['handlers/b.ts', `import '../src/sandbox/sandbox.ts';`, 'A handler converts, calls and converts back'],
  ['handlers/c.ts', `import '../src/config-schema.ts';`, 'A handler converts, calls and converts back'],
  ['handlers/d.ts', `import './on-look.ts';`, 'A handler converts, calls and converts back'],
  ['src/gather/process.ts', `export const region = process.env['AWS_REGION'];`, NOT_THE_PROCESS],
  ['src/cli/process.ts', `process.exitCode = 1;`, NOT_THE_PROCESS],
  ['handlers/process.ts', `export const table = process.env['LEDGER_TABLE'];`, NOT_THE_PROCESS],
  ['src/policy/time.ts', `export const now: number = Date.now();`, NOT_THE_TIME],
  ['src/sandbox/time.ts', `export const now: number = Date.now();`, NOT_THE_TIME],
  ['handlers/time.ts', `export const now: number = Date.now();`, NOT_THE_TIME],
  ['src/act/random.ts', `export const id: number = Math.random();`, 'Randomness is injected'],
  ['src/model/cycle-a.ts', `import { b } from './cycle-b.ts';\nexport const a: number = b();`, 'import(no-cycle)'],
  ['src/model/any.ts', `export const a: any = 1;`, 'no-explicit-any'],
  ['src/model/unsafe.ts', `export const a: number = JSON.parse('1');`, 'no-unsafe-assignment'],
  ['src/model/floating.ts', `async function f() {}\nexport const g = () => {\n  f();\n};`, 'no-floating-promises'],
  [
    'src/model/truthy.ts',
    `export async function f(p: Promise<boolean>) {\n  if (p) await p;\n}`,
    'no-misused-promises',
  ],
  [
    'src/model/switch.ts',
    `export function f(x: 'a' | 'b') {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n}`,
    'switch-exhaustiveness-check',
  ],
];

/** What the table allows, one import per permission: a rule that objects to everything would pass the list above. */
const permitted: readonly (readonly [file: string, source: string])[] = [
  ['src/model/cycle-b.ts', `import { a } from './cycle-a.ts';\nexport const b = (): number => a;`],
  ['src/model/ok.ts', `import './object.ts';`],
  ['src/ingest/ok.ts', `import '../model/event.ts';\nimport '../errors.ts';`],
  [
    'src/digest/ok.ts',
    `import 'node:crypto';\nimport 'hash-wasm';\nimport 'xxhash-wasm';\nimport '../model/checksum.ts';`,
  ],
  ['src/checks/ok.ts', `import './check.ts';\nimport '../model/finding.ts';`],
  ['src/checks/pair/ok.ts', `import './check.ts';\nimport '../../model/finding.ts';`],
  ['src/policy/ok.ts', `import './severity.ts';\nimport '../model/finding.ts';`],
  ['src/render/ok.ts', `import '../model/finding.ts';`],
  ['src/gather/ok.ts', `import '../ports.ts';\nimport '../errors.ts';\nimport '../digest/digest.ts';`],
  ['src/act/ok.ts', `import '../render/alert.ts';\nimport '../ports.ts';`],
  ['src/steer.ts', `import './steer-mrap.ts';\nimport './policy/routing.ts';\nimport './ports.ts';`],
  ['src/audit/ok.ts', `import '../monitor.ts';\nimport '../checks/index.ts';`],
  ['src/adapters/aws/ok.ts', `import '@aws-sdk/client-s3';\nimport '../../ports.ts';\nimport 'node:stream/promises';`],
  ['src/adapters/aws/clock.ts', `export const now: number = Date.now();`],
  ['src/config/ok.ts', `import 'yaml';\nimport 'valibot';\nimport '../model/config.ts';`],
  ['src/sandbox/ok.ts', `import './s3/ok.ts';\nimport '../digest/digest.ts';\nimport 'node:http';\nimport 'dynalite';`],
  ['src/sandbox/s3/ok.ts', `import '../service.ts';\nimport '../../model/etag.ts';\nimport 'fast-xml-parser';`],
  ['src/cli/ok.ts', `import '../sandbox/sandbox.ts';\nimport '../config-schema.ts';\nimport 'commander';`],
  ['src/cli/main.ts', `process.exitCode = 1;`],
  [
    'handlers/ok.ts',
    `import '../src/compose.ts';\nimport '../src/ingest/look.ts';\nimport '@aws-lambda-powertools/batch';`,
  ],
];

interface Diagnostic {
  readonly filename: string;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}

let folder: string;
let objections: ReadonlyMap<string, string>;

/** Lints with the repository's own configuration; resolves with what lint said about each file. */
async function lint(root: string): Promise<ReadonlyMap<string, string>> {
  const oxlint = join(process.cwd(), 'node_modules/.bin/oxlint');
  const stdout = await new Promise<string>((done) => {
    execFile(oxlint, ['--format', 'json', '.'], { cwd: root, maxBuffer: 2 ** 24 }, (_, text) => done(text));
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] };
  const byFile = new Map<string, string>();
  for (const { filename, code, message, help } of diagnostics) {
    byFile.set(filename, `${byFile.get(filename) ?? ''}${code}: ${message} ${help ?? ''}\n`);
  }
  return byFile;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-lint-'));
  await copyFile('.oxlintrc.json', join(folder, '.oxlintrc.json'));
  await copyFile('tsconfig.json', join(folder, 'tsconfig.json'));
  await symlink(resolve('node_modules'), join(folder, 'node_modules')); // rules that need types start a second program
  for (const [file, source] of [...breaches, ...permitted]) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${source}\n`);
  }
  objections = await lint(folder);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('lint', () => {
  it.each(breaches)('objects to the breach in %s', (file, _, objection) => {
    expect(objections.get(file) ?? '').toContain(objection);
  });

  it.each(permitted)('has nothing against the imports and globals of %s', (file) => {
    expect(objections.get(file) ?? '').not.toMatch(/no-restricted/);
  });
});

/** Every TypeScript file below a folder. */
async function sources(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((e) => e.isFile() && e.name.endsWith('.ts')).map((e) => join(e.parentPath, e.name));
}

describe('the tree', () => {
  it('asks nobody but the clocks what time it is', async () => {
    const all = [...(await sources('src')), ...(await sources('handlers'))];
    // The page of the console lives in a browser: nobody hands it a clock.
    const files = all.filter((file) => !file.endsWith('clock.ts') && !file.startsWith('src/console/page/'));
    const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
    expect(files.length).toBeGreaterThan(10);
    expect(texts.filter(({ text }) => ASKS_THE_TIME.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it.each([
    ['new Date()', true],
    ['new Date( )', true],
    ['new Date', true],
    ['globalThis.Date.now()', true],
    ['globalThis.process', true],
    ['new Date(0)', false],
    ['new Date(event.eventTime)', false],
    ['new DateRange()', false],
  ])('knows %s when it sees it', (source, expected) => {
    expect(ASKS_THE_TIME.test(`const x = ${source};`)).toBe(expected);
  });

  it('registers every check', async () => {
    const files = (await readdir('src/checks')).filter(
      (f) => f.endsWith('.ts') && f !== 'index.ts' && f !== 'check.ts',
    );
    const register = await readFile('src/checks/index.ts', 'utf8');
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !register.includes(`'./${file}'`))).toEqual([]);
  });
});

/** What lint has no rule for: a `Date` without an argument, and the globals by another way. */
const ASKS_THE_TIME = /new Date(?![\w(])|new Date\(\s*\)|globalThis\.(?:Date|process)\b/;
