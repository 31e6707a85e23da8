import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const FOLDER = 'test/mutants';

/** How many run at once: each is a test run of its own. */
const PARALLEL = 2;

/** Left out of the copy: made by others, large, or none of a test's business. */
const NOT_COPIED: ReadonlySet<string> = new Set(['node_modules', 'dist', 'stacks', 'coverage', 'bench']);

/** A plausible bug, and the tests that have to notice it. */
interface Mutant {
  readonly name: string;
  readonly patch: string;
  /** The promise that the bug breaks. */
  readonly invariant: string;
  readonly bug: string;
  readonly tests: readonly string[];
}

type Outcome = 'killed' | 'survived' | 'does not apply' | 'fails for another reason';

/** Reads the header of a patch: lines `Invariant:`, `Bug:` and `Tests:` before the diff. */
async function readMutant(file: string): Promise<Mutant> {
  const patch = resolve(FOLDER, file);
  const header = (await readFile(patch, 'utf8')).split(/^(?:diff |--- )/m, 1)[0] ?? '';
  const field = (name: string): string => {
    const value = new RegExp(`^${name}: *(.+)$`, 'm').exec(header)?.[1]?.trim();
    if (value === undefined) throw new Error(`${file}: the line "${name}: …" is missing before the diff`);
    return value;
  };
  return {
    name: file.slice(0, -'.patch'.length),
    patch,
    invariant: field('Invariant'),
    bug: field('Bug'),
    tests: field('Tests').split(/[\s,]+/),
  };
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((done, fail) => {
    const env = { ...process.env, NO_COLOR: '1' };
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', fail);
    child.on('close', (code) => done({ code, output }));
  });
}

/** The tree as it is now, without what tests do not need. */
async function copyTree(): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'holdfast-mutant-'));
  for (const name of await readdir('.')) {
    const hidden = name.startsWith('.') && !name.startsWith('.ox');
    if (!hidden && !NOT_COPIED.has(name)) await cp(name, join(tree, name), { recursive: true });
  }
  await symlink(resolve('node_modules'), join(tree, 'node_modules'));
  return tree;
}

const vitest = (tests: readonly string[], tree: string): Promise<Ended> =>
  run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', ...tests], tree);

/**
 * Applies the bug to a copy, runs the tests until one fails, and takes the bug out again. A test file that no longer loads proves
 * nothing, so a kill must be a failed assertion: the count of failed tests in the closing line of the run.
 */
async function tryMutant({ patch, tests }: Mutant, tree: string): Promise<Outcome> {
  const apply = ['apply', '--recount', '--whitespace=nowarn', patch];
  const applied = await run('git', apply, tree);
  if (applied.code !== 0) return 'does not apply';
  const { code, output } = await vitest(tests, tree);
  const undone = await run('git', [...apply, '--reverse'], tree);
  if (undone.code !== 0) throw new Error(`${patch} cannot be taken back:\n${undone.output}`);
  if (code === 0) return 'survived';
  return /^ +Tests +[^\n]*\b\d+ failed/m.test(output) ? 'killed' : 'fails for another reason';
}

const { values: options, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: { share: { type: 'string', default: '0/1' } },
});
// One in so many of them, beginning with the first, the second …: a gate that has no time for all sees each in turn.
const [first = 0, every = 1] = options.share.split('/').map(Number);
if (!(first >= 0 && first < every)) throw new Error(`expected --share to be such as 0/3, got ${options.share}`);
const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.patch')).toSorted();
const mutants = await Promise.all(files.map(readMutant));
const waiting = mutants.filter(({ name }, index) =>
  asked.length === 0 ? index % every === first : asked.includes(name),
);
const total = waiting.length;
if (total === 0) throw new Error(`${FOLDER} has no such mutant`);

// Tests that fail anyway would count as kills.
const sound = await vitest([...new Set(waiting.flatMap(({ tests }) => tests))], '.');
if (sound.code !== 0) throw new Error(`the tests fail without any mutant:\n${sound.output}`);

const width = Math.max(...waiting.map(({ name }) => name.length));
let killed = 0;
await Promise.all(
  Array.from({ length: PARALLEL }, async () => {
    const tree = await copyTree();
    try {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const outcome = await tryMutant(mutant, tree);
        if (outcome === 'killed') killed += 1;
        process.stdout.write(
          `${mutant.name.padEnd(width)}  ${outcome.padEnd(8)}  ${mutant.invariant}: ${mutant.bug}\n`,
        );
      }
    } finally {
      await rm(tree, { recursive: true, force: true });
    }
  }),
);
process.stdout.write(`${killed} of ${total} mutants killed\n`);
process.exitCode = killed === total ? 0 : 1;
