import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';

const README = readFileSync('README.md', 'utf8');

it('is short enough to be read', () => {
  expect(README.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
});

it('shows an alert that the published schema describes', () => {
  const shown = README.split('```\n').find((block) => block.startsWith('{\n'));
  const schema: unknown = JSON.parse(readFileSync('docs/alert.schema.json', 'utf8'));
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema as object);
  validate(JSON.parse(shown ?? '{}'));
  expect(validate.errors).toBeNull();
});

it('links to files that are there', () => {
  const links = [...README.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(8);
  for (const path of links) expect(existsSync(path) ? path : `${path} is missing`).toBe(path);
});
