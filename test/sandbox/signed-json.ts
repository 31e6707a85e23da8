import { createHash, createHmac } from 'node:crypto';

import type { Cloud } from '../../src/sandbox/cloud.ts';
import type { Credentials } from '../../src/sandbox/credentials.ts';

export interface JsonRequest {
  /** As in the scope of the signature. */
  readonly service: string;
  /** As in `X-Amz-Target`. */
  readonly target: string;
  readonly region: string;
  readonly input: object;
  /** The administrator's where left out. */
  readonly credentials?: Credentials;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** A request in AWS's JSON protocol, signed with Signature Version 4, of a service whose client is not installed. */
export async function signedJson(
  cloud: Cloud,
  { service, target, region, input, credentials = cloud.credentials }: JsonRequest,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const body = JSON.stringify(input);
  const at = new Date(cloud.clock.now()).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.0',
    host: new URL(cloud.url).host,
    'x-amz-date': at,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
    'x-amz-target': target,
  };
  const signed = Object.keys(headers).toSorted();
  const canonical = ['POST', '/', '', ...signed.map((name) => `${name}:${headers[name]}`), '', signed.join(';')];
  const scope = `${at.slice(0, 8)}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, sha256([...canonical, sha256(body)].join('\n'))].join('\n');
  const key = [region, service, 'aws4_request'].reduce(
    (parent: string | Buffer, part) => hmac(parent, part),
    hmac(`AWS4${credentials.secretAccessKey}`, at.slice(0, 8)),
  );
  const authorization = [
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}`,
    `SignedHeaders=${signed.join(';')}`,
    `Signature=${hmac(key, toSign).toString('hex')}`,
  ].join(', ');
  const { host: _, ...sent } = headers;
  const answer = await fetch(cloud.url, { method: 'POST', headers: { ...sent, authorization }, body });
  return { status: answer.status, body: await answer.json() };
}
