/** One thing that is looked at again and again. Throws what went wrong. */
export interface Watch {
  /** For example `alerts of eu-west-1`. */
  readonly what: string;
  readonly everyMs: number;
  look(): Promise<void>;
}

export interface PollOptions {
  readonly signal: AbortSignal;
  /** Resolves after this time; rejects when the signal fires first. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Hears after each look how it went; `undefined`: well. */
  onOutcome(what: string, error: unknown): void;
}

/** Looks at everything at once and then each in its own rhythm, until the signal fires. Never rejects. */
export async function poll(watches: readonly Watch[], { signal, wait, onOutcome }: PollOptions): Promise<void> {
  await Promise.all(
    watches.map(async ({ what, everyMs, look }) => {
      while (!signal.aborted) {
        let error: unknown;
        try {
          await look();
        } catch (caught) {
          error = caught;
        }
        if (isOver(signal)) return; // what could not be asked any more says nothing
        onOutcome(what, error);
        try {
          await wait(everyMs, signal);
        } catch (caught) {
          if (!isOver(signal)) throw caught;
        }
      }
    }),
  );
}

/** Read anew: it changes while somebody waits. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
