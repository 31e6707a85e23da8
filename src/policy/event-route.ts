import type { EventKind } from '../model/event.ts';

/**
 * What an event leads to: `inspect` looks at the object version, `report` makes a finding of the event itself, `follow` looks at
 * the replicas and only where there are some, and `acknowledge` counts it.
 */
export type EventRoute = 'inspect' | 'report' | 'follow' | 'acknowledge';

const ROUTES: Readonly<Record<EventKind, EventRoute>> = {
  // There is new content, or old content that could not be read before.
  created: 'inspect',
  'restore-completed': 'inspect',

  // S3 itself states what is wrong, and no look at the object could show it.
  'object-lost': 'report',
  'replication-failed': 'report',
  'replication-missed-threshold': 'report',
  'replicated-after-threshold': 'report',
  'replication-not-tracked': 'report',

  // The content cannot have changed, but what was done has to arrive at the destinations.
  'delete-marker-created': 'follow',
  'tags-changed': 'follow',
  'acl-changed': 'follow',
  'retention-changed': 'follow',

  // Never replicated. How many versions go is watched as a rate, not object by object.
  'version-removed': 'acknowledge',
  expired: 'acknowledge',
  'expiry-marker-created': 'acknowledge',

  // Where the content is kept has changed; the content cannot have, and S3 does not replicate it.
  'restore-started': 'acknowledge',
  'restore-expired': 'acknowledge',
  transitioned: 'acknowledge',
  tiered: 'acknowledge',
  'annotation-changed': 'acknowledge',

  // Younger than this version of Holdfast.
  other: 'acknowledge',
};

/** Each event leads to exactly one thing; the table in docs/events.md says the same for operators. */
export function routeOf(kind: EventKind): EventRoute {
  return ROUTES[kind];
}
