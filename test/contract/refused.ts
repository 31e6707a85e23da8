import assert from 'node:assert/strict';
import { toFailure } from '../../src/adapters/aws/translate-error.ts';

export interface Refusal {
  /** Absent where AWS does not say. */
  readonly status?: number;
  /** The SDK's name of the error; absent for a HEAD, whose answer has no body. */
  readonly code?: string;
}

/** Expects a request to be refused in this way, and gives the headers of the answer. */
export async function refused(request: Promise<unknown>, expected: Refusal): Promise<Readonly<Record<string, string>>> {
  const error = await request.then(
    () => assert.fail(`expected ${expected.code ?? expected.status ?? 'a refusal'}, got success`),
    (reason: unknown) => reason,
  );
  if (error instanceof assert.AssertionError) throw error;
  const failure = toFailure(error);
  const seen: Refusal = {
    ...(expected.status === undefined ? {} : { status: failure.status ?? 0 }),
    ...(expected.code === undefined ? {} : { code: failure.code }),
  };
  assert.deepEqual(seen, expected, failure.message);
  return headersOf(error);
}

function headersOf(error: unknown): Readonly<Record<string, string>> {
  if (typeof error !== 'object' || error === null || !('$response' in error)) return {};
  const { $response: response } = error;
  if (typeof response !== 'object' || response === null || !('headers' in response)) return {};
  return response.headers as Readonly<Record<string, string>>;
}
