import { HoldfastError } from '../errors.ts';

/** The files of a completion report, in the order of its manifest. Throws `invalid-event` where it is none. */
export function parseJobReportManifest(text: string): readonly string[] {
  const manifest = parse(text);
  const results = typeof manifest === 'object' && manifest !== null && 'Results' in manifest ? manifest.Results : [];
  if (!Array.isArray(results)) throw wrong('expected Results in the manifest of a completion report');
  return results.flatMap((result: unknown) => {
    const key = typeof result === 'object' && result !== null && 'Key' in result ? result.Key : undefined;
    return typeof key === 'string' ? [key] : [];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong('expected the manifest of a completion report in JSON', cause);
  }
}

function wrong(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError('invalid-event', 'ingest.parseJobReportManifest', message, { cause });
}
