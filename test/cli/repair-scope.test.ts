import { describe, expect, it } from 'vitest';
import { repairScope } from '../../src/cli/repair-scope.ts';
import type { BucketConfig, Config, PairConfig } from '../../src/model/config.ts';
import { aConfig } from '../support/facts.ts';
import { DESTINATION, someLink, SOURCE } from '../support/reported-link.ts';

const OTHER: BucketConfig = { ...DESTINATION, bucket: 'orders-euc1', region: 'eu-central-1' };

function configWith(twoWay: boolean, ...destinations: readonly BucketConfig[]): Config {
  const pair: PairConfig = { name: 'orders', source: SOURCE, destinations, ...someLink().policy, twoWay };
  return { ...aConfig(), pairs: [pair] };
}

describe('repairScope', () => {
  it.each<[string, Config, string | undefined, string, readonly string[]]>([
    [
      'every destination',
      configWith(false, DESTINATION, OTHER),
      undefined,
      'orders-use1',
      ['orders-euw1', 'orders-euc1'],
    ],
    ['the one that is named', configWith(false, DESTINATION, OTHER), 'orders-euc1', 'orders-use1', ['orders-euc1']],
    ['not the way back, unless it is named', configWith(true, DESTINATION), undefined, 'orders-use1', ['orders-euw1']],
    ['the way back by its destination', configWith(true, DESTINATION), 'orders-use1', 'orders-euw1', ['orders-use1']],
  ])('takes %s', (_, config, to, source, destinations) => {
    const scope = repairScope(config, 'orders', to);
    expect(scope.source.bucket).toBe(source);
    expect(scope.links.map(({ destination }) => destination.bucket)).toEqual(destinations);
  });

  it.each([
    [configWith(false, DESTINATION), 'elsewhere', /\(orders-euw1\), got elsewhere$/],
    [configWith(true, DESTINATION, OTHER), 'orders-use1', /several buckets replicate to orders-use1$/],
  ])('refuses what is no one source', (config, to, message) => {
    expect(() => repairScope(config, 'orders', to)).toThrow(message);
  });
});
