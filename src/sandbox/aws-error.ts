import type { SandboxResponse } from './service.ts';

/** What a service answers instead of a result. `code` is AWS's name of the error. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** More members of the answer, e.g. the endpoint of a redirect. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** The sandbox does not do this, and says so rather than pretending. */
export function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', 501, `the sandbox does not implement ${what}`);
}

/** How the services put an error on the wire. */
export type ErrorStyle = 's3' | 'query' | 'json';

const STYLES: Readonly<Record<string, ErrorStyle>> = {
  s3: 's3',
  sns: 'query',
  sts: 'query',
  iam: 'query',
  's3-control': 'query',
};

export function errorStyle(service: string): ErrorStyle {
  return STYLES[service] ?? 'json';
}

/** Prefix of the error shape's name in JSON answers; clients cut it off. */
const SHAPES: Readonly<Record<string, string>> = {
  sqs: 'com.amazonaws.sqs#',
  dynamodb: 'com.amazonaws.dynamodb.v20120810#',
};

export interface ErrorContext {
  readonly service: string;
  readonly method: string;
  readonly requestId: string;
}

export function toErrorResponse(error: AwsError, { service, method, requestId }: ErrorContext): SandboxResponse {
  const { status, code, message, details } = error;
  // An answer to HEAD has no body: the client learns the status and nothing else.
  if (method === 'HEAD') return { status };
  const style = errorStyle(service);
  switch (style) {
    case 's3': {
      const inner = { Code: code, Message: message, ...details, RequestId: requestId };
      return xml(status, `<Error>${toElements(inner)}</Error>`);
    }
    case 'query': {
      const inner = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message, ...details };
      return xml(
        status,
        `<ErrorResponse><Error>${toElements(inner)}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
    }
    case 'json':
      return {
        status,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify({ __type: `${SHAPES[service] ?? ''}${code}`, message, ...details }),
      };
    default:
      return style satisfies never;
  }
}

function xml(status: number, body: string): SandboxResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}

/** One XML element per member, in order. */
export function toElements(members: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(members)
    .map(([name, text]) => (text === undefined ? '' : `<${name}>${escapeXml(text)}</${name}>`))
    .join('');
}

/** Also for attribute values. Characters that XML 1.0 cannot carry at all are left to the caller. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
