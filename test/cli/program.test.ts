import { describe, expect, it } from 'vitest';
import { worse, type ExitCode } from '../../src/cli/io.ts';
import { HoldfastError } from '../../src/errors.ts';
import { holdfast, linesOf } from './fake-run.ts';

const connect = (): never => {
  throw new Error('nothing may be asked of the network');
};

describe('holdfast', () => {
  it.each([
    ['--help'],
    ['verify', '--help'],
    ['repair', '--help'],
    ['digest', '--help'],
    ['sandbox', '--help'],
    ['config', 'check', '--help'],
    ['status', '--help'],
    ['wait', '--help'],
  ])('shows help for %s %s on stdout', async (...args) => {
    const { code, stdout, stderr } = await holdfast(args.filter(Boolean), { connect });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: holdfast');
  });

  it('tells its version', async () => {
    expect(await holdfast(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it.each([
    [['vrify'], 'Did you mean verify?'],
    [['verify', '--contnt', 's3://b/k'], 'Did you mean --content?'],
    [[], 'Usage: holdfast'],
    [['verify'], 'expected either s3://bucket/key or --prefix'],
    [['verify', 's3://b/k', '--prefix', 's3://b/'], 'expected either'],
    [['verify', 's3://b'], 'expected s3://bucket/key'],
    [['verify', 'b/k'], 'expected s3://bucket/key'],
    [['verify', 's3://b/k', '--all-versions'], '--all-versions with --prefix only'],
    [['verify', '--prefix', 's3://b/', '--against', 'f'], '--against with one object'],
    [['verify', '--prefix', 's3://b/', '--concurrency', '0'], 'expected a number from 1'],
    [['digest'], "missing required argument 'file'"],
    [['digest', 'f', '--part-size', '8 parsecs'], 'expected a size such as 8MiB'],
    [['digest', 'nowhere'], 'nowhere cannot be read'],
    [['digest', '.'], 'expected a file, . is a folder'],
    [['sandbox', '--port', 'x'], 'expected a whole number'],
    [['wait'], "missing required argument 'pair'"],
    [['wait', 'orders', '--concurrency', '0'], 'expected a number from 1'],
    [['status', '--list', '-1'], 'expected a number from 0'],
    [['status', '--interval', '0s'], 'expected a duration such as 30s'],
    [['config', 'check', '--writes-per-second', '-1'], 'expected a number from 0'],
    [['config', 'check', '--object-size', '5 MB'], 'expected a size such as 256KiB'],
    [['config', 'check', '--kms-share', '80'], 'expected a number from 0 to 1'],
    [['config', 'check', '--measure', '--writes-per-second', '1'], 'expected either --writes-per-second or --measure'],
    [['sandbox', '--port', '0', '--stacks', '/nowhere'], 'expected a folder of packaged stacks'],
  ])('refuses %j with exit code 2 and nothing on stdout', async (args, expected) => {
    const { code, stdout, stderr } = await holdfast(args, { connect: () => ({}) as never });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('    at ');
  });

  it('adds the stack with HOLDFAST_DEBUG=1', async () => {
    const { stderr } = await holdfast(['verify', 's3://b/k'], { connect, env: { HOLDFAST_DEBUG: '1' } });
    expect(stderr).toContain('holdfast: unexpected: nothing may be asked of the network\n');
    expect(stderr).toContain('    at ');
  });

  it('says what to do where there are no credentials', async () => {
    const error = new HoldfastError('access-denied', 'BucketStore', 'failed: CredentialsProviderError: none');
    const connectToNothing = (): never => {
      throw error;
    };
    const { code, stderr } = await holdfast(['verify', 's3://b/k'], { connect: connectToNothing });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^holdfast: access-denied: .*none\nThis shell has no AWS credentials: /);
  });

  it('says that it was interrupted, whatever that broke', async () => {
    const ended = await holdfast(['verify', 's3://b/k'], { connect, signal: AbortSignal.abort() });
    expect(ended).toMatchObject({ code: 2, stderr: 'holdfast: interrupted\n' });
  });

  it.each<[ExitCode, ExitCode, ExitCode]>([
    [0, 0, 0],
    [0, 2, 2],
    [2, 1, 1],
    [1, 0, 1],
    [2, 0, 2],
  ])('ends with the graver of %i and %i', (a, b, expected) => {
    expect([worse(a, b), worse(b, a)]).toEqual([expected, expected]);
  });
});

describe('holdfast explain', () => {
  it('lists every code with what it means', async () => {
    const { code, stdout } = await holdfast(['explain']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^integrity\n {2}content-verified +The content was compared with a witness and is equal\.\n/,
    );
    expect(stdout).toMatch(/^ {4}kms-throttled +The KMS quota/m);
  });

  it('prints the section of a code, reasons included', async () => {
    const { stdout } = await holdfast(['explain', 'content-unreadable']);
    expect(stdout).toMatch(/^content-unreadable\n\nThe version could not be looked at/);
    expect(stdout).toContain('#### `too-large`');
    expect(stdout).not.toContain('object-lost');
  });

  it('prints the section of a reason', async () => {
    const { stdout } = await holdfast(['explain', 'KMS-throttled']);
    expect(stdout).toMatch(/^content-unreadable: kms-throttled\n\nThe KMS quota/);
    expect(stdout).toContain('L-6E3AF000');
  });

  it.each(['DstKmsKeyNotFound', 'dstkmskeynotfound', 'DstMultipartPartUploadNotPermitted'])(
    'explains the failure reason %s: what it means, who acts, and the fix',
    async (reason) => {
      const { code, stdout } = await holdfast(['explain', reason]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^replication-failed: Dst\w+\n\nThe .*\.\n\n\*\*Who acts\.\*\* Owner of/);
      expect(stdout).toContain('\nholdfast repair PAIR --failed --to DESTINATION-BUCKET --prefix KEY\n');
      expect(stdout).not.toContain('<!--');
    },
  );

  it('writes NDJSON with --json', async () => {
    expect(linesOf(await holdfast(['explain', 'object-lost', '--json']))).toMatchObject([
      { name: 'object-lost', family: 'integrity', summary: expect.stringContaining('lost') },
    ]);
  });

  it.each([
    ['contnt-verified', 'did you mean content-verified?'],
    ['DstKmsKeyNotFond', 'did you mean DstKmsKeyNotFound?'],
    ['baseline', 'did you mean content-differs-from-baseline?'],
    ['zzzzzzzzzzzz', '`holdfast explain` lists all'],
  ])('does not know %s and says %s', async (typed, expected) => {
    const { code, stdout, stderr } = await holdfast(['explain', typed]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
  });
});
