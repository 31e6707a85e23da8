import type { S3Client } from '@aws-sdk/client-s3';

/** The answer to one command as it came, beside what the SDK makes of it. */
export interface KeptAnswer {
  /** The same command, whose answer is kept. */
  of<T extends object>(command: T): T;
  /** Names of the elements in the XML that came; none before it has. */
  elements(): readonly string[];
}

interface Watched {
  readonly middlewareStack: Pick<S3Client['middlewareStack'], 'add'>;
}

/** Keeps the XML of an answer: the SDK passes over what it does not know, and whoever writes back what was read would delete it. */
export function keepAnswer(): KeptAnswer {
  let xml = '';
  return {
    of(command) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all commands have a stack; they differ in what they take
      const { middlewareStack } = command as unknown as Watched;
      middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          const { response } = result;
          if (!hasBody(response)) return result;
          const chunks: Uint8Array[] = [];
          for await (const chunk of response.body) chunks.push(chunk);
          const bytes = Buffer.concat(chunks);
          xml = bytes.toString('utf8');
          // What the SDK takes as well as a stream.
          return { ...result, response: Object.assign(response, { body: new Uint8Array(bytes) }) };
        },
        // Within the SDK's own reading of the answer.
        { step: 'deserialize', priority: 'low', name: 'keepAnswer' },
      );
      return command;
    },
    elements: () => [...new Set([...xml.matchAll(/<([A-Za-z][\w.-]*)[\s/>]/g)].map(([, name = '']) => name))],
  };
}

function hasBody(response: unknown): response is { body: AsyncIterable<Uint8Array> } {
  return (
    typeof response === 'object' &&
    response !== null &&
    'body' in response &&
    typeof response.body === 'object' &&
    response.body !== null &&
    Symbol.asyncIterator in response.body
  );
}
