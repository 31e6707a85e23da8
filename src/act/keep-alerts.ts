import type { AlertHistory, Publisher } from '../ports.ts';

/** How long a published alert may take to be kept, in milliseconds: whoever published it has other work to do. */
const PATIENCE_MS = 2_000;

/**
 * The topic, with every alert also kept once it has left. Keeping is best effort: an alert that people have heard must not be
 * published again because nobody could write it down. `onLost` hears why.
 */
export function keepAlerts(
  publisher: Publisher,
  history: Pick<AlertHistory, 'note'>,
  onLost: (error: unknown) => void,
): Publisher {
  return {
    async publish(rendered, { signal }) {
      await publisher.publish(rendered, { signal });
      const { event } = rendered;
      if (event.type !== 'holdfast.alert.v1') return; // a digest repeats what single causes are
      try {
        await history.note(event, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
      } catch (error) {
        onLost(error);
      }
    },
  };
}
