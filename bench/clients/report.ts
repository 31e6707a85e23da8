/** What a client found out and what it took, its start included. */
export interface Report {
  /** Must be what was expected of it, or its figures are worth nothing. */
  readonly result: readonly string[];
  /** User and system time of the whole process. */
  readonly cpuSeconds: number;
}

/** For the last line of a client; the clock of its processor stops here. */
export function formatReport(result: readonly string[]): string {
  const { user, system } = process.cpuUsage();
  return JSON.stringify({ result, cpuSeconds: (user + system) / 1e6 } satisfies Report);
}

/** Throws where a client did not find what it had to find. */
export function parseReport(text: string, expected: readonly string[]): Report {
  const report: unknown = JSON.parse(text);
  if (typeof report === 'object' && report !== null && 'result' in report && 'cpuSeconds' in report) {
    const { result, cpuSeconds } = report;
    if (JSON.stringify(result) === JSON.stringify(expected))
      return { result: expected, cpuSeconds: Number(cpuSeconds) };
  }
  throw new Error(`expected ${JSON.stringify(expected)} from a client, got ${text}`);
}
