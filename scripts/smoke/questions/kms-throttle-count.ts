import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import type { Answer, Question } from '../question.ts';
import type { Stage } from '../stage.ts';

export const kmsThrottleCount: Question = {
  id: 'kms-throttle-count',
  question: 'Does CloudWatch have a ThrottleCount of KMS?',
  how: 'By the list of metrics of that name in AWS/Usage and AWS/KMS, in the Region of the source.',
  ask,
};

async function ask({ clients, source }: Stage): Promise<Answer> {
  const cloudwatch = await clients.cloudwatch(source);
  const listed = [];
  for (const Namespace of ['AWS/Usage', 'AWS/KMS']) {
    const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({ Namespace, MetricName: 'ThrottleCount' }));
    listed.push(...Metrics);
  }
  const evidence = { listed };
  const ofKms = listed.filter((metric) => JSON.stringify(metric).includes('KMS'));
  // A series appears with its first value and goes two weeks after its last: only its presence proves something.
  const answer =
    ofKms.length === 0 ? 'none is listed here, where KMS may have throttled nobody' : `yes, ${ofKms.length} series`;
  return { state: 'answered', answer, evidence };
}
