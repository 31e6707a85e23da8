/** What the functions published as CloudWatch metrics, in lines of the embedded metric format. */
export interface PublishedMetrics {
  /** A line of a function's log; other lines are ignored. */
  read(line: string): void;
  /** Distinct pairs of a name and the values of its dimensions: each is billed by the month. */
  billed(): number;
  sum(name: string): number;
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

type Line = Readonly<Record<string, unknown>> & {
  readonly _aws: { readonly CloudWatchMetrics: readonly Directive[] };
};

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
export function createPublishedMetrics(): PublishedMetrics {
  const identities = new Set<string>();
  const sums = new Map<string, number>();
  return {
    read(text) {
      const line = parseLine(text);
      if (line === undefined) return;
      const { _aws: directives } = line;
      for (const { Namespace, Dimensions, Metrics } of directives.CloudWatchMetrics) {
        for (const { Name } of Metrics) {
          const values = [line[Name]].flat().map(Number);
          sums.set(
            Name,
            values.reduce((sum, value) => sum + value, sums.get(Name) ?? 0),
          );
          for (const names of Dimensions) {
            identities.add(JSON.stringify([Namespace, Name, names.map((name) => [name, line[name]])]));
          }
        }
      }
    },
    billed: () => identities.size,
    sum: (name) => sums.get(name) ?? 0,
  };
}

function parseLine(text: string): Line | undefined {
  if (!text.startsWith('{') || !text.includes('"_aws"')) return undefined;
  const line: unknown = JSON.parse(text);
  return isMetrics(line) ? line : undefined;
}

function isMetrics(line: unknown): line is Line {
  if (typeof line !== 'object' || line === null || !('_aws' in line)) return false;
  const { _aws: aws } = line;
  return typeof aws === 'object' && aws !== null && 'CloudWatchMetrics' in aws && Array.isArray(aws.CloudWatchMetrics);
}
