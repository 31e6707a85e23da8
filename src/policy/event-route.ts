import type { EventKind } from '../model/event.ts';

/**
 * What an event leads to: `inspect` looks at the object version, `report` makes a finding of the event itself, and
 * `acknowledge` counts it.
 */
export type EventRoute = 'inspect' | 'report' | 'acknowledge';

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

  // The version that is named is gone or has no content. How many go is watched as a rate, not object by object.
  'version-removed': 'acknowledge',
  'delete-marker-created': 'acknowledge',
  expired: 'acknowledge',
  'expiry-marker-created': 'acknowledge',

  // Where, for how long and for whom the content is kept has changed; the content cannot have.
  'restore-started': 'acknowledge',
  'restore-expired': 'acknowledge',
  transitioned: 'acknowledge',
  tiered: 'acknowledge',
  'tags-changed': 'acknowledge',
  'acl-changed': 'acknowledge',
  'annotation-changed': 'acknowledge',
  'retention-changed': 'acknowledge',

  // Younger than this version of Holdfast.
  other: 'acknowledge',
};

/** Each event leads to exactly one thing; the table in docs/events.md says the same for operators. */
export function routeOf(kind: EventKind): EventRoute {
  return ROUTES[kind];
}
