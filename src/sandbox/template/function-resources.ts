import { mkdtemp } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { FunctionHost } from '../functions/function-host.ts';
import { unzip } from '../functions/unzip.ts';
import { parsePolicy } from '../iam/policy.ts';
import type { Queue } from '../sqs/queue.ts';
import {
  listProperty,
  numberProperty,
  physicalName,
  textProperty,
  type Created,
  type Request,
  type ResourceKind,
} from './resource-kind.ts';
import { asRecord } from '../record.ts';

export const FUNCTION_RESOURCES: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::Function': {
    honoured: [
      'Code',
      'Environment',
      'FunctionName',
      'Handler',
      'MemorySize',
      'ReservedConcurrentExecutions',
      'Role',
      'Runtime',
      'Timeout',
    ],
    recorded: [
      'Architectures',
      'Description',
      'EphemeralStorage',
      'LoggingConfig',
      'RecursiveLoop',
      'Tags',
      'TracingConfig',
    ],
    create: createFunction,
  },
  'AWS::Lambda::EventSourceMapping': {
    honoured: [
      'BatchSize',
      'Enabled',
      'EventSourceArn',
      'FunctionName',
      'FunctionResponseTypes',
      'MaximumBatchingWindowInSeconds',
      'ScalingConfig',
    ],
    create: createMapping,
  },
  'AWS::Lambda::Permission': {
    honoured: ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'],
    create: createPermission,
  },
};

async function createFunction(request: Request): Promise<Created> {
  const { site, stack, properties, logicalId } = request;
  const { account, folder, access } = site.platform;
  const name = physicalName(request, properties['FunctionName']);
  const arn = `arn:aws:lambda:${stack.region}:${account}:function:${name}`;
  const roleArn = textProperty(request, 'Role');
  const runtime = textProperty(request, 'Runtime');
  if (site.functions.find(arn, stack.region) !== undefined) throw new Error(`the function ${name} exists already`);
  if (!access.hasRole(roleArn)) throw new Error(`${logicalId}: the role ${roleArn} does not exist`);
  if (!runtime.startsWith('nodejs')) throw new Error(`${logicalId}: the sandbox does not run ${runtime}`);
  const { S3Key, S3Bucket: _, ...others } = asRecord(properties['Code'], `${logicalId}: Code`);
  if (typeof S3Key !== 'string' || Object.keys(others).length > 0)
    throw new Error(`${logicalId}: the sandbox takes code by S3Key only`);
  const artifact = await stack.artifact(S3Key);
  let taskRoot: string;
  if ('zip' in artifact) {
    taskRoot = await mkdtemp(join(folder, 'task-'));
    await unzip(artifact.zip, taskRoot);
  } else taskRoot = artifact.folder;
  const { Variables = {} } = asRecord(properties['Environment'] ?? {}, 'Environment');
  const reserved = properties['ReservedConcurrentExecutions'];
  site.functions.create({
    name,
    arn,
    region: stack.region,
    aliases: [...new Set([basename(S3Key, '.zip'), name, logicalId])],
    handler: textProperty(request, 'Handler'),
    runtime,
    timeoutSeconds: numberProperty(request, 'Timeout', 3),
    memoryMb: numberProperty(request, 'MemorySize', 128),
    environment: Object.fromEntries(
      Object.entries(asRecord(Variables, 'Variables')).map(([key, value]) => [key, String(value)]),
    ),
    roleArn,
    taskRoot,
    ...(reserved === undefined ? {} : { reservedConcurrency: Number(reserved) }),
  });
  return { ref: name, attributes: { Arn: arn }, remove: () => site.functions.delete(arn) };
}

function createMapping(request: Request): Created {
  const { site, properties, logicalId } = request;
  const host = findFunction(request);
  const queueArn = textProperty(request, 'EventSourceArn');
  const queue = site.queues.find(queueArn);
  if (queue === undefined)
    throw new Error(`${logicalId}: the sandbox feeds functions from queues, and ${queueArn} is none`);
  checkFeeding(request, host, queue);
  const responseTypes = listProperty(request, 'FunctionResponseTypes');
  const unknown = responseTypes.find((type) => type !== 'ReportBatchItemFailures');
  if (unknown !== undefined) throw new Error(`${logicalId}: unknown response type ${JSON.stringify(unknown)}`);
  if (properties['Enabled'] === false) return { ref: logicalId };
  const { MaximumConcurrency, ...others } = asRecord(properties['ScalingConfig'] ?? {}, 'ScalingConfig');
  if (Object.keys(others).length > 0)
    throw new Error(`${logicalId}: unknown scaling ${Object.keys(others).join(', ')}`);
  const remove = site.functions.map(host, queue, {
    batchSize: numberProperty(request, 'BatchSize', 10),
    batchingWindowSeconds: numberProperty(request, 'MaximumBatchingWindowInSeconds', 0),
    reportsItemFailures: responseTypes.length > 0,
    ...(MaximumConcurrency === undefined ? {} : { maximumConcurrency: Number(MaximumConcurrency) }),
  });
  return { ref: logicalId, remove };
}

/** What Lambda itself refuses when a mapping is made. */
function checkFeeding({ site, logicalId, stack }: Request, { settings }: FunctionHost, queue: Queue): void {
  const visibility = Number(queue.settings()['VisibilityTimeout']);
  if (visibility < settings.timeoutSeconds) {
    throw new Error(
      `${logicalId}: the visibility timeout of ${visibility} s is less than the function's timeout of ${settings.timeoutSeconds} s`,
    );
  }
  const principal = { accessKeyId: '', account: site.platform.account, arn: settings.roleArn };
  for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) {
    const question = { principal, region: stack.region, action, resource: queue.arn, resourcePolicy: queue.policy() };
    if (!site.platform.access.isAllowed(question))
      throw new Error(`${logicalId}: the role ${settings.roleArn} lacks ${action} on ${queue.arn}`);
  }
}

function createPermission(request: Request): Created {
  const { site, properties, logicalId } = request;
  const { arn } = findFunction(request).settings;
  const { SourceArn, SourceAccount } = properties;
  const condition = {
    ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
    ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
  };
  const document = {
    Statement: {
      Effect: 'Allow',
      Principal: { Service: textProperty(request, 'Principal') },
      Action: textProperty(request, 'Action'),
      Resource: arn,
      Condition: condition,
    },
  };
  const [statement] = parsePolicy(document, logicalId);
  return statement === undefined
    ? { ref: logicalId }
    : { ref: logicalId, remove: site.functions.permit(arn, statement) };
}

function findFunction(request: Request): FunctionHost {
  const name = textProperty(request, 'FunctionName');
  const host = request.site.functions.find(name, request.stack.region);
  if (host === undefined) throw new Error(`${request.logicalId}: the function ${name} does not exist`);
  return host;
}
