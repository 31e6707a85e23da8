import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../src/config-schema.ts';
import { DEFAULT_CONFIG, loadConfig, loadHandlerEnvironment } from '../src/config.ts';
import { HoldfastError } from '../src/errors.ts';

const YAML = `version: 1\npairs: {p: {source: {bucket: use1, region: us-east-1, account: '111122223333'}}}`;
const CONFIG = parseConfig(YAML);

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Reads only the file of that path. */
function fileOf(path: string, text: string): (asked: string) => string {
  return (asked) => {
    if (asked === path) return text;
    throw new Error(`no such file: ${asked}`);
  };
}

describe('loadConfig', () => {
  it.each([[{}], [{ HOLDFAST_CONFIG: '' }]])('has defaults where %j names no file', (environment) => {
    expect(loadConfig({ environment })).toBe(DEFAULT_CONFIG);
    expect(Object.isFrozen(DEFAULT_CONFIG.alerts)).toBe(true);
  });

  it.each([
    [
      'the bundle of a function',
      { HOLDFAST_CONFIG: 'dist/f/holdfast.json', LAMBDA_TASK_ROOT: '/var/task' },
      '/var/task/dist/f/holdfast.json',
    ],
    ['the working folder', { HOLDFAST_CONFIG: 'holdfast.json' }, 'holdfast.json'],
    ['the root', { HOLDFAST_CONFIG: '/etc/holdfast.json', LAMBDA_TASK_ROOT: '/var/task' }, '/etc/holdfast.json'],
  ])('finds a path relative to %s', (_, environment, path) => {
    const config = loadConfig({ environment, readFile: fileOf(path, JSON.stringify(CONFIG)) });
    expect(config).toEqual(CONFIG);
    expect(Object.isFrozen(config.pairs[0]?.source)).toBe(true);
  });

  it('reads the environment of the process and a real file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
    try {
      writeFileSync(join(folder, 'holdfast.json'), JSON.stringify(CONFIG));
      vi.stubEnv('HOLDFAST_CONFIG', 'holdfast.json');
      vi.stubEnv('LAMBDA_TASK_ROOT', folder);
      expect(loadConfig()).toEqual(CONFIG);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads holdfast.yml where the caller brings the parser', () => {
    const environment = { HOLDFAST_CONFIG: 'holdfast.yml' };
    expect(loadConfig({ environment, readFile: () => YAML, parse: parseConfig })).toEqual(CONFIG);
    const thawed = loadConfig({ environment, readFile: () => YAML, parse: () => structuredClone(CONFIG) });
    expect(Object.isFrozen(thawed.pairs[0]?.expect)).toBe(true);
  });

  it.each([
    ['holdfast.yml', YAML, 'holdfast.yml: expected the .json that packaging makes of holdfast.yml, got another file'],
    ['c.json', '{', 'c.json: expected JSON'],
    ['c.json', 'null', 'c.json: expected a configuration of version 1 that packaging made, got other JSON'],
    ['c.json', '5', 'c.json: expected a configuration of version 1 that packaging made, got other JSON'],
    ['c.json', '{"version":1}', 'c.json: expected a configuration of version 1 that packaging made, got other JSON'],
    [
      'c.json',
      '{"version":2,"pairs":[]}',
      'c.json: expected a configuration of version 1 that packaging made, got other JSON',
    ],
    [
      'c.json',
      '{"version":1,"pairs":{}}',
      'c.json: expected a configuration of version 1 that packaging made, got other JSON',
    ],
    ['c.json', '{"pairs":[]}', 'c.json: expected a configuration of version 1 that packaging made, got other JSON'],
  ])('refuses %s with %j', (path, text, message) => {
    const load = (): unknown => loadConfig({ environment: { HOLDFAST_CONFIG: path }, readFile: () => text });
    expect(load).toThrow(new HoldfastError('invalid-config', path, message));
  });

  it.each([
    ['a reason', new Error('EACCES'), 'c.json: cannot be read: EACCES'],
    ['none', 'oops', 'c.json: cannot be read: no reason given'],
  ])('says that a file cannot be read, with %s', (_, thrown, message) => {
    const readFile = (): string => {
      throw thrown;
    };
    expect(() => loadConfig({ environment: { HOLDFAST_CONFIG: 'c.json' }, readFile })).toThrow(message);
  });
});

describe('loadHandlerEnvironment', () => {
  const environment = { ALERT_TOPIC_ARN: 't', LEDGER_TABLE: 'l', LOOKS_QUEUE_URL: '', AWS_REGION: 'eu-west-1' };

  it('returns what was asked for', () => {
    expect(loadHandlerEnvironment(['ALERT_TOPIC_ARN', 'LEDGER_TABLE'], environment)).toEqual({
      ALERT_TOPIC_ARN: 't',
      LEDGER_TABLE: 'l',
      region: 'eu-west-1',
      customEndpoint: false,
    });
  });

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'])('sees an endpoint in %s', (name) => {
    expect(loadHandlerEnvironment([], { ...environment, [name]: 'http://127.0.0.1' }).customEndpoint).toBe(true);
  });

  it('lists everything that is missing', () => {
    const message = 'environment: expected variables that are not set: LOOKS_QUEUE_URL, POISON_QUEUE_URL, AWS_REGION';
    expect(() =>
      loadHandlerEnvironment(['LOOKS_QUEUE_URL', 'ALERT_TOPIC_ARN', 'POISON_QUEUE_URL'], { ALERT_TOPIC_ARN: 't' }),
    ).toThrow(new HoldfastError('invalid-config', 'environment', message));
  });

  it('reads the environment of the process', () => {
    vi.stubEnv('AWS_REGION', 'eu-north-1');
    expect(loadHandlerEnvironment([]).region).toBe('eu-north-1');
  });
});
