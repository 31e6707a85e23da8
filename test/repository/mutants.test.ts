import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = 'test/mutants';

describe('mutants', () => {
  it.each(readdirSync(FOLDER))('%s still applies to the code that it breaks', (file) => {
    const apply = (): string =>
      execFileSync('git', ['apply', '--check', '--recount', `${FOLDER}/${file}`], { encoding: 'utf8', stdio: 'pipe' });
    expect(apply).not.toThrow();
  });
});
