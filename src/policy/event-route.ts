import type { EventKind } from '../model/event.ts';

/**
 * What an event leads to: `inspect` looks at the object version, `report` makes a finding of the event itself, and
 * `acknowledge` counts it.
 */
export type EventRoute = 'inspect' | 'report' | 'acknowledge';

/** Each event leads to exactly one thing; the table in docs/events.md says the same for operators. */
export function routeOf(kind: EventKind): EventRoute {
  switch (kind) {
    // There is new content, or old content that could not be read before.
    case 'created':
    case 'restore-completed':
      return 'inspect';
    // S3 itself states what is wrong, and no look at the object could show it.
    case 'object-lost':
    case 'replication-failed':
    case 'replication-missed-threshold':
    case 'replicated-after-threshold':
    case 'replication-not-tracked':
      return 'report';
    // The version that is named is gone or has no content. How many go is watched as a rate, not object by object.
    case 'version-removed':
    case 'delete-marker-created':
    case 'expired':
    case 'expiry-marker-created':
      return 'acknowledge';
    // Where and how long the content is kept has changed; the content cannot have.
    case 'restore-started':
    case 'restore-expired':
    case 'transitioned':
    case 'tiered':
    case 'tags-changed':
    case 'acl-changed':
    case 'annotation-changed':
    case 'retention-changed':
      return 'acknowledge';
    // Younger than this version of Holdfast.
    case 'other':
      return 'acknowledge';
    default:
      return kind satisfies never;
  }
}
