/** Somebody who is subscribed to a topic of alerts, as SNS knows it. */
export interface TopicSubscription {
  /** `email`, `https`, `sqs`, `lambda` and so on. */
  readonly protocol: string;
  /** Address, URL or ARN. */
  readonly endpoint: string;
  /** Whether whoever it is has said that he wants to hear; nothing is delivered before. */
  readonly confirmed: boolean;
  /** As it was set, JSON; absent: everything is sent. */
  readonly filterPolicy?: string;
  /** Whether the policy is about the body of messages instead of their attributes. */
  readonly ofBody?: boolean;
}

/** What SNS has counted of a topic. Numbers come minutes late. */
export interface TopicDeliveries {
  readonly published: number;
  readonly delivered: number;
  readonly failed: number;
  /** Not sent because of a filter policy. */
  readonly filteredOut: number;
}
