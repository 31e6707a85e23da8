import { parentPort, workerData } from 'node:worker_threads';

/** Plays the Lambda runtime for one built handler: an event in, its answer out. */
const { handler } = await import(workerData.file);
const { functionName, timeoutMs } = workerData;

parentPort.on('message', async ({ id, event }) => {
  const deadline = Date.now() + timeoutMs;
  const context = {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:123456789012:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: `request-${id}`,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    parentPort.postMessage({ id, answer: await handler(event, context) });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) });
  }
});
parentPort.postMessage({ ready: true });
