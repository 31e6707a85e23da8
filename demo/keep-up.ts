import { environmentLines } from './environment.ts';
import { SOURCE } from './places.ts';
import type { Screen } from './screen.ts';
import type { Stage } from './stage.ts';

/** Stays up for clients of the reader's own until somebody interrupts; alerts go on being shown. */
export async function keepUp(stage: Stage, screen: Screen, stop: AbortSignal): Promise<void> {
  screen.heading('Still up. In another terminal:');
  for (const line of environmentLines(stage.cloud)) screen.text(`  ${line}`);
  screen.text('');
  screen.text(`  aws s3 cp FILE s3://${SOURCE.bucket}/          rclone, boto3, s3cmd and every SDK work as well`);
  screen.text(`  npx holdfast verify s3://${SOURCE.bucket}/FILE --content`);
  screen.text('  curl -X POST $AWS_ENDPOINT_URL/_holdfast/faults \\');
  screen.text(`    -d '{"kind": "flip", "now": true, "bucket": "${SOURCE.bucket}", "key": "FILE"}'`);
  screen.text('');
  screen.text('Interrupt (Ctrl-C) to end it; nothing is kept.');
  screen.line('note', `ready at ${stage.cloud.url}`, {
    type: 'ready',
    url: stage.cloud.url,
    environment: environmentLines(stage.cloud),
  });
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => undefined, 60_000); // the sandbox alone does not keep the process alive
    stop.addEventListener('abort', () => (clearInterval(timer), resolve()), { once: true });
  });
}
