import type { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';

type Headers = Readonly<Record<string, string>>;

/** Sends these headers whatever the SDK thinks of them; they are signed with the rest. */
export function withHeaders(
  command: Pick<PutObjectCommand | GetObjectCommand, 'middlewareStack'>,
  headers: Headers,
): void {
  const { middlewareStack: stack } = command as PutObjectCommand;
  stack.add(
    (next) => async (args) => {
      const { request } = args;
      if (typeof request === 'object' && request !== null && 'headers' in request) {
        Object.assign(request.headers as object, headers);
      }
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'withHeaders' },
  );
}
