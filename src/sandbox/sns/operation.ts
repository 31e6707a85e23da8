import type { QueryInput, QueryResult } from '../query-protocol.ts';
import type { TopicRegister } from './topic-register.ts';

export interface SnsCall {
  readonly input: QueryInput;
  readonly topics: TopicRegister;
  readonly region: string;
}

/** One operation of SNS. */
export interface SnsOperation {
  /** Parameters, or their prefixes, that are honoured; another one is refused. */
  readonly parameters: readonly string[];
  /** IAM action without its prefix, where it is not the name of the operation. */
  readonly action?: string;
  /** ARN of the topic that the call is about; `undefined`: about topics in general. */
  resource(input: QueryInput): string | undefined;
  run(call: SnsCall): QueryResult | Promise<QueryResult>;
}

/** Subscriptions are numbered under the ARN of their topic. */
export function topicOfSubscription(subscriptionArn: string): string {
  return subscriptionArn.split(':').slice(0, 6).join(':');
}
