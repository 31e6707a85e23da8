import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderReference, renderSchema } from '../../scripts/config-reference.ts';
import { REGIONS } from '../../src/config/regions.ts';

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

const validate = new Ajv({ allErrors: true }).compile(JSON.parse(renderSchema()) as object);

describe('docs/holdfast.schema.json', () => {
  it('is current; if not, run scripts/build-schema.ts', () => {
    expect(read('docs/holdfast.schema.json')).toBe(renderSchema());
  });

  it('accepts the example', () => {
    validate(parse(read('holdfast.example.yml')));
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['an unknown name', { version: 1, pair: {} }],
    ['another version', { version: 2 }],
    ['a pair without source', { version: 1, pairs: { p: {} } }],
    [
      'an account that is a number',
      { version: 1, pairs: { p: { source: { bucket: 'use1', region: REGIONS[0], account: 111122223333 } } } },
    ],
  ])('refuses %s', (_, document) => {
    expect(validate(document)).toBe(false);
  });
});

describe('docs/configuration.md', () => {
  it('has the current table of options; if not, run scripts/build-schema.ts', () => {
    const text = read('docs/configuration.md');
    expect(text).toBe(renderReference(text));
  });

  it('gives a meaning to every option', () => {
    const rows = read('docs/configuration.md')
      .split('\n')
      .filter((line) => line.startsWith('| `version`') || /^\| `(pairs|mraps|verify|alerts)/.test(line));
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter((row) => row.split('|')[2]?.trim() === '')).toEqual([]);
  });
});
