import { beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../../src/model/metric.ts';
import { isKnown, METRICS_OF_AWS, type NamedMetric } from './metrics.ts';
import { resolveTemplate } from './resolved.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const CONFIG = 'test/infrastructure/two-regions.yml';
const REGIONS = ['us-east-1', 'eu-west-1'];
const WIDTH = 24;
const ALARMS = 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm';

interface Widget {
  readonly type: 'alarm' | 'metric' | 'text';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly region?: string;
    readonly yAxis?: { readonly left?: { readonly label?: string } };
  };
}

let templates: readonly (readonly [string, Template])[];

beforeAll(async () => {
  const stacks = [CONFIG, 'test/infrastructure/audits.yml', 'holdfast.example.yml'].flatMap((file) =>
    REGIONS.map((region) => [file, region] as const),
  );
  templates = await Promise.all(
    stacks.map(async ([file, region]) => [`${file} ${region}`, await resolveTemplate(file, region)] as const),
  );
});

const bodyOf = (template: Template): string =>
  (propertiesOf(template, 'Dashboard')['DashboardBody'] as { 'Fn::Sub': string })['Fn::Sub'];

const widgetsOf = (template: Template): readonly Widget[] =>
  (JSON.parse(bodyOf(template)) as { widgets: readonly Widget[] }).widgets;

const everywhere = (): readonly Widget[] => templates.flatMap(([, template]) => widgetsOf(template));

/** The lines of a graph that are metrics, without their rendering and without expressions. */
function namedIn({ properties: { metrics = [] } }: Widget): readonly NamedMetric[] {
  return metrics.flatMap((line) => {
    const [namespace, name, ...rest] = line.filter((part): part is string => typeof part === 'string');
    if (namespace === undefined || name === undefined) return [];
    return [{ namespace, name, dimensions: rest.filter((_, index) => index % 2 === 0) }];
  });
}

describe('the dashboard', () => {
  it('is one in each Region of each configuration, named by stage and Region', () => {
    for (const [, template] of templates) {
      const names = ofType(template, 'AWS::CloudWatch::Dashboard').map(([, { DashboardName }]) => DashboardName);
      expect(names).toEqual([{ 'Fn::Sub': 'holdfast-test-${AWS::Region}' }]);
    }
  });

  it('fills the grid: rows follow each other without gaps, and no widget lies on another', () => {
    for (const [stack, template] of templates) {
      const taken = new Set<string>();
      for (const { x, y, width, height } of widgetsOf(template)) {
        for (let row = y; row < y + height; row += 1)
          for (let column = x; column < x + width; column += 1) {
            const cell = `${stack} ${row}/${column}`;
            expect([cell, taken.has(cell)]).toEqual([cell, false]);
            expect(column).toBeLessThan(WIDTH);
            taken.add(cell);
          }
      }
      const bottom = Math.max(...widgetsOf(template).map(({ y, height }) => y + height));
      expect(taken.size).toBe(bottom * WIDTH);
    }
  });

  it('begins with what it is, and whether anything is wrong: every alarm of the stack', () => {
    for (const [, template] of templates) {
      const [heading, status] = widgetsOf(template);
      expect(heading?.properties.markdown).toContain('docs/runbook.md');
      expect([status?.type, status?.y]).toEqual(['alarm', heading?.height]);
      expect(status?.properties.alarms?.toSorted()).toEqual(
        ofType(template, 'AWS::CloudWatch::Alarm')
          .map(([, { AlarmName }]) => `${ALARMS}:${String(AlarmName)}`)
          .toSorted(),
      );
    }
  });

  it('goes on with what a failover would lose, where one could go', () => {
    const [[, home], [, away]] = templates as [readonly [string, Template], readonly [string, Template]];
    expect(widgetsOf(away)[2]?.properties.title).toBe('Age of the oldest version on its way');
    expect(widgetsOf(home)[2]?.properties.markdown).toContain('No replication ends in this Region');
    const lag = (template: Template): readonly string[] =>
      widgetsOf(template).flatMap(({ properties: { title = '' } }) => (title.startsWith('How long') ? [title] : []));
    expect([lag(home), lag(away)]).toEqual([[], ['How long replication takes: orders, slowest 1 %']]);
  });

  it('says of every graph what it shows, in which unit, and what each line is', () => {
    const graphs = everywhere().filter(({ type }) => type === 'metric');
    expect(graphs.length).toBeGreaterThan(20);
    for (const { properties } of graphs) {
      const labels = (properties.metrics ?? []).map((line) => line.at(-1) as { label?: string; visible?: boolean });
      const shown = labels.filter(({ visible }) => visible !== false).map(({ label }) => label ?? '');
      expect([properties.title, shown.every((label) => label !== '')]).toEqual([properties.title, true]);
      expect([properties.title, new Set(shown).size]).toEqual([properties.title, shown.length]);
      expect(properties.title?.length).toBeGreaterThan(5);
      expect(properties.yAxis?.left?.label).toMatch(/^[a-z]+$/);
      expect(properties.region).toBe('${AWS::Region}');
    }
  });

  it('is about metrics that somebody emits', () => {
    expect(
      everywhere()
        .flatMap(namedIn)
        .filter((metric) => !isKnown(metric)),
    ).toEqual([]);
  });

  it('leaves none of Holdfast’s metrics out', () => {
    const shown = new Set(
      everywhere()
        .flatMap(namedIn)
        .map(({ namespace, name }) => `${namespace} ${name}`),
    );
    const emitted = Object.keys(METRICS).map((name) => `Holdfast ${name}`);
    expect([...shown].toSorted()).toEqual([...emitted, ...METRICS_OF_AWS].toSorted());
  });

  it('names only what is in the template or what the framework makes of a function', () => {
    for (const [, template] of templates) {
      const ids = [...bodyOf(template).matchAll(/\$\{(\w+)(?:\.\w+)?\}/g)].map(([, id]) => String(id));
      expect(ids.length).toBeGreaterThan(20);
      expect(ids.filter((id) => !template.has(id) && !/^[A-Z]\w+LambdaFunction$/.test(id))).toEqual([]);
    }
  });
});
