/** Says a result on stdout: as lines for people, or as one JSON object for programs. */
export type Tell = (lines: readonly string[], ...records: readonly object[]) => void;

export function createTell({ json }: { readonly json: boolean }): Tell {
  return (lines, ...records) => {
    const texts = json ? records.map((record) => JSON.stringify(record)) : lines;
    if (texts.length > 0) process.stdout.write(`${texts.join('\n')}\n`);
  };
}

/** A deployment or removal that ended half-way, and how far it came. */
export class HalfDone extends Error {
  override readonly name = 'HalfDone';
  readonly record: object;

  constructor(message: string, record: object, options?: ErrorOptions) {
    super(message, options);
    this.record = record;
  }
}

/** Runs a command; its exit code is what it resolves with, or 2. What went wrong is told on stderr. */
export async function runCommand(main: () => Promise<number>, tell: Tell): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (error instanceof HalfDone) tell([], error.record);
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${endpointNote()}`);
    process.exitCode = 2;
  }
}

/** A shell that was set up for the embedded cloud looks like any other. */
function endpointNote(): string {
  const endpoint = process.env['AWS_ENDPOINT_URL'] ?? '';
  return endpoint === '' ? '' : `AWS_ENDPOINT_URL is ${endpoint}: the embedded cloud has no CloudFormation\n`;
}
