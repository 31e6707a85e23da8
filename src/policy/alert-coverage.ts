import { type Severity, SEVERITIES } from '../model/action.ts';
import type { AlertAttributes } from '../model/alert.ts';
import type { TopicSubscription } from '../model/alert-subscription.ts';
import type { PairConfig } from '../model/config.ts';
import { FAMILIES, FINDING_CODES } from '../model/finding.ts';
import { type Passage, passageOf } from './filter-policy.ts';

/** How much of the alerts of one severity a subscription gets. */
export type Share = 'all' | 'some' | 'none' | 'unknown';

/** What hears of alerts, and what nobody hears of. */
export interface Coverage {
  /** In the order of the subscriptions. */
  readonly shares: readonly Readonly<Record<Severity, Share>>[];
  /** Critical alerts that no confirmed subscription gets, such as `routing of orders`. */
  readonly unheard: readonly string[];
  /** Those of which it cannot be told whether anybody gets them. */
  readonly unclear: readonly string[];
}

interface Sample {
  readonly severity: Severity;
  /** For people. */
  readonly name: string;
  readonly attributes: AlertAttributes;
}

/** Holds an example of every kind of alert against the filter policy of every subscription. */
export function coverageOf(
  subscriptions: readonly TopicSubscription[],
  { region, pairs }: { readonly region: string; readonly pairs: readonly PairConfig[] },
): Coverage {
  const samples = SEVERITIES.flatMap((severity) => samplesOf(severity, region, pairs));
  const critical = samples.filter(({ severity }) => severity === 'critical');
  const best = critical.map(({ name, attributes }) => {
    const passages = new Set(subscriptions.map((subscription) => passageTo(subscription, attributes)));
    return { name, passage: passages.has('yes') ? 'yes' : passages.has('unknown') ? 'unknown' : 'no' };
  });
  const named = (wanted: Passage): readonly string[] => [
    ...new Set(best.filter(({ passage }) => passage === wanted).map(({ name }) => name)),
  ];
  const shares = subscriptions.map((subscription) => {
    const share = (wanted: Severity): Share => {
      const those = samples.filter(({ severity }) => severity === wanted);
      return toShare(those.map(({ attributes }) => passageTo(subscription, attributes)));
    };
    return { info: share('info'), warning: share('warning'), critical: share('critical') };
  });
  return { shares, unheard: named('no'), unclear: named('unknown') };
}

/** Whether a message with these attributes is sent to a subscription. */
export function passageTo(
  { confirmed, filterPolicy, ofBody }: TopicSubscription,
  attributes: AlertAttributes,
): Passage {
  if (!confirmed) return 'no';
  if (filterPolicy === undefined) return 'yes';
  if (ofBody === true) return 'unknown';
  try {
    return passageOf(JSON.parse(filterPolicy), attributes);
  } catch {
    return 'unknown';
  }
}

/** One alert of each code: of each pair, and of none. */
function samplesOf(severity: Severity, region: string, pairs: readonly PairConfig[]): readonly Sample[] {
  return FAMILIES.flatMap((family) =>
    FINDING_CODES[family].flatMap((code): readonly Sample[] => {
      const attributes = { severity, code, family, state: 'opened', region };
      const ofPairs = pairs.map(({ name, source }) => ({
        severity,
        name: `${family} of ${name}`,
        attributes: { ...attributes, pair: name, bucket: source.bucket },
      }));
      return [{ severity, name: family, attributes }, ...ofPairs];
    }),
  );
}

function toShare(passages: readonly Passage[]): Share {
  const kinds = new Set(passages);
  if (kinds.size === 1) return kinds.has('yes') ? 'all' : kinds.has('no') ? 'none' : 'unknown';
  return kinds.has('yes') ? 'some' : 'unknown';
}
