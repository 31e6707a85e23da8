import type { AlertHistory, AlertSink } from '../ports.ts';

/** How long a published alert may take to be kept, in milliseconds: whoever published it has other work to do. */
const PATIENCE_MS = 2_000;

/**
 * The sink, with every alert also kept once it has left. Keeping is best effort: an alert that people have heard must not be
 * published again because nobody could write it down. `onLost` hears why.
 */
export function keepAlerts(
  sink: AlertSink,
  history: Pick<AlertHistory, 'note'>,
  onLost: (error: unknown) => void,
): AlertSink {
  return {
    async open(fingerprint, alert, { signal }) {
      await sink.open(fingerprint, alert, { signal });
      try {
        await history.note(alert.event, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
      } catch (error) {
        onLost(error);
      }
    },
  };
}
