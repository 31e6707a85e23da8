import type { DynamoDb } from '../dynamodb.ts';
import type { FunctionRegister } from '../functions/function-register.ts';
import type { RoleRegister } from '../iam/roles.ts';
import type { Platform } from '../platform.ts';
import type { S3Service } from '../s3/s3-service.ts';
import type { ScheduleRegister } from '../scheduler/schedule-register.ts';
import type { TopicRegister } from '../sns/topic-register.ts';
import type { QueueRegister } from '../sqs/queue-register.ts';
import type { MachineRegister } from '../step-functions/machine-register.ts';
import type { Stack } from './stack.ts';

/** What a template can create things in. */
export interface Site {
  readonly platform: Platform;
  readonly queues: QueueRegister;
  readonly topics: TopicRegister;
  readonly tables: DynamoDb;
  readonly roles: RoleRegister;
  readonly functions: FunctionRegister;
  readonly schedules: ScheduleRegister;
  readonly machines: MachineRegister;
  readonly s3: Pick<S3Service, 'handle'>;
}

/** One resource to create, its properties resolved. */
export interface Request {
  readonly site: Site;
  readonly stack: Stack;
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Created {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes?: Readonly<Record<string, string>>;
  remove?(): void | Promise<void>;
}

/** How one type of CloudFormation is created. */
export interface ResourceKind {
  /** Properties that have the effect that AWS gives them. */
  readonly honoured: readonly string[];
  /** Properties that are accepted without effect; docs/sandbox.md lists them. */
  readonly recorded?: readonly string[];
  create(request: Request): Created | Promise<Created>;
}

/** A name like CloudFormation's: nothing can rely on guessing it. */
export function physicalName({ stack, logicalId, site }: Request, given: unknown): string {
  if (typeof given === 'string') return given;
  const letters = Array.from({ length: 12 }, () =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.charAt(site.platform.random() * 36),
  );
  return `${stack.name}-${logicalId}-${letters.join('')}`;
}

export function textProperty({ properties, logicalId }: Request, name: string): string {
  const value = properties[name];
  if (typeof value === 'string') return value;
  throw new Error(`${logicalId}: the property ${name} is missing`);
}

export function numberProperty({ properties }: Request, name: string, initial: number): number {
  return properties[name] === undefined ? initial : Number(properties[name]);
}

export function listProperty({ properties }: Request, name: string): readonly unknown[] {
  const value = properties[name];
  return value === undefined ? [] : [value].flat();
}

/** Properties by name that are given, as the text in which a service takes its attributes. */
export function attributeTexts({ properties }: Request, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = properties[name];
      if (value === undefined) return [];
      return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
    }),
  );
}
