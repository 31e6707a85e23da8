import { AwsError, toElements, escapeXml } from './aws-error.ts';
import type { SandboxRequest, SandboxResponse } from './service.ts';

/** Form parameters of a request in the query protocol; the server puts those of the body among those of the URL. */
export type QueryInput = URLSearchParams;

export function queryOperation(request: Pick<SandboxRequest, 'query'>): string {
  return request.query.get('Action') ?? 'Unknown';
}

export function requiredParameter(input: QueryInput, name: string): string {
  const value = input.get(name);
  if (value === null) throw new AwsError('InvalidParameter', 400, `Invalid parameter: ${name}`);
  return value;
}

/** Numbered groups under one prefix: `Prefix.<n>.<member>`, in the order of `n`. */
export function groups(input: QueryInput, prefix: string): readonly Readonly<Record<string, string>>[] {
  const found = new Map<number, Record<string, string>>();
  for (const [name, value] of input) {
    if (!name.startsWith(`${prefix}.`)) continue;
    const rest = name.slice(prefix.length + 1);
    const dot = rest.indexOf('.');
    const index = Number(dot < 0 ? rest : rest.slice(0, dot));
    const group = found.get(index) ?? {};
    group[dot < 0 ? '' : rest.slice(dot + 1)] = value;
    found.set(index, group);
  }
  return [...found.entries()].toSorted(([a], [b]) => a - b).map(([, group]) => group);
}

/** A map of `entry.<n>.key` and `entry.<n>.value`. */
export function mapParameter(input: QueryInput, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(groups(input, `${name}.entry`).map((entry) => [entry['key'] ?? '', entry['value'] ?? '']));
}

/** What an operation answers: texts as elements, and `xml` for what is nested. */
export interface QueryResult {
  readonly texts?: Readonly<Record<string, string>>;
  readonly xml?: string;
}

export interface QueryAnswer extends QueryResult {
  readonly operation: string;
  readonly namespace: string;
  readonly requestId: string;
}

export function queryResponse({ operation, namespace, requestId, texts = {}, xml = '' }: QueryAnswer): SandboxResponse {
  const result = `<${operation}Result>${toElements(texts)}${xml}</${operation}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`,
  };
}

/** `<entry><key/><value/></entry>` for each member. */
export function toEntries(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .map(([key, value]) => `<entry><key>${escapeXml(key)}</key><value>${escapeXml(value)}</value></entry>`)
    .join('');
}
