import { environmentOf } from './environment.ts';
import { openConsole } from './open-console.ts';
import { SOURCE } from './places.ts';
import type { Screen } from './screen.ts';
import type { Stage } from './stage.ts';

/** Stays up for clients of the reader's own until somebody interrupts; alerts go on being shown. */
export async function keepUp(
  { cloud, configFile, name: stage }: Stage,
  screen: Screen,
  stop: AbortSignal,
): Promise<void> {
  const environment = { ...environmentOf(cloud), HOLDFAST_CONFIG: configFile };
  const { bucket } = SOURCE;
  // The command line lives in the time of this machine, and the show may have moved that of the sandbox.
  const now = new Date(cloud.clock.now()).toISOString();
  const page = await openConsole({ environment, stage, aheadMs: cloud.clock.now() - Date.now(), stop });
  screen.heading('Still up. In a browser on this machine:');
  screen.line(page.url);
  screen.heading('In another terminal, in this folder:');
  for (const [name, value] of Object.entries(environment)) screen.line(`export ${name}=${value}`);
  for (const text of [
    '',
    `aws s3 cp FILE s3://${bucket}/                  # rclone, boto3, s3cmd and every SDK work as well`,
    `npx holdfast verify s3://${bucket}/FILE --content`,
    `npx holdfast doctor orders --stage ${stage}        # can this pair be trusted today?`,
    `npx holdfast status orders --stage ${stage}        # what is on its way, and what would be lost`,
    `npx holdfast wait orders --before ${now}  # until everything has arrived`,
    'curl -X POST $AWS_ENDPOINT_URL/_holdfast/faults \\',
    `  -d '{"kind": "flip", "now": true, "bucket": "${bucket}", "key": "FILE"}'`,
    '',
    'Ctrl-C ends it; nothing is kept.',
  ])
    screen.line(text);
  screen.record({ type: 'ready', url: cloud.url, console: page.url, bucket, environment });
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => undefined, 60_000); // the sandbox alone does not keep the process alive
    const end = (): void => (clearInterval(timer), resolve());
    if (stop.aborted) end();
    stop.addEventListener('abort', end, { once: true });
  });
  await page.closed;
}
