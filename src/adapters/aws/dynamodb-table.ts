import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Call, Clock } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { toFailure, translateError } from './translate-error.ts';

export type Item = Record<string, AttributeValue>;

export interface TableOptions {
  readonly table: string;
  readonly region: string;
  readonly clock: Clock;
}

/** A condition under which an item is written, in DynamoDB's language. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Item;
}

/** What becomes of an item that is there. */
interface Change {
  /** By name. */
  readonly add?: Readonly<Record<string, number>>;
  readonly set?: Item;
}

/** One of Holdfast's tables: `pk` and `sk` are texts, `expiresAt` epoch seconds. Throws `HoldfastError`. */
export interface Table {
  /** Strongly consistent; `undefined` also for an item that has expired and is still there. */
  get(key: Item, call: Call): Promise<Item | undefined>;
  /** Creates an item that must not exist yet; whether it did not. */
  create(item: Item, call: Call): Promise<boolean>;
  /** Writes an item, where the condition holds; whether it did. */
  put(item: Item, call: Call & { readonly condition?: Condition }): Promise<boolean>;
  /** Adds to a number and answers the sum; sets other attributes along with it. */
  add(
    key: Item,
    amount: number,
    call: Call & { readonly expiresAt: Item; readonly set?: Readonly<Record<string, AttributeValue>> },
  ): Promise<number>;
  /** Adds to numbers and sets other attributes of an item that is there, and answers it as it is then; `undefined`: it is not. */
  change(key: Item, change: Change, call: Call): Promise<Item | undefined>;
  /** Gone or never there, or without the condition: the same. */
  remove(key: Item, call: Call & { readonly condition?: Condition }): Promise<void>;
  /**
   * Items of one partition in the order of `sk` or backwards, from `from` on, without those that have expired; so many in one
   * request.
   */
  query(
    pk: string,
    options: Call & { readonly from?: string; readonly pageItems?: number; readonly backwards?: boolean },
  ): AsyncIterable<Item>;
  /** `expiresAt` for an item that is kept for this long from now. */
  expiry(keepForMs: number): Item;
}

export function createTable(
  clients: Pick<Clients, 'dynamodb'>,
  { table, region, clock }: TableOptions,
  port: string,
): Table {
  const client = () => clients.dynamodb(region);
  const common = { TableName: table };

  // DynamoDB removes expired items within days: until then they are still there.
  const isAlive = (item: Item): boolean => Number(item['expiresAt']?.N ?? Infinity) * 1_000 > clock.now().getTime();

  async function put(item: Item, { condition, signal }: Call & { readonly condition?: Condition }): Promise<boolean> {
    try {
      const command = new PutItemCommand({
        ...common,
        Item: item,
        ...toInput(condition),
      });
      await client().send(command, { abortSignal: signal });
      return true;
    } catch (error) {
      if (toFailure(error).code === 'ConditionalCheckFailedException') return false;
      throw translateError(error, `${port}.put`);
    }
  }

  /** Answers the whole item; `undefined`: the condition does not hold. */
  async function update(key: Item, { add = {}, set = {} }: Change, { signal, name, condition }: Update) {
    const [added, others] = [Object.entries(add), Object.entries(set)];
    const clauses = [
      ...(added.length === 0 ? [] : [`ADD ${added.map((_, n) => `#a${n} :a${n}`).join(', ')}`]),
      ...(others.length === 0 ? [] : [`SET ${others.map((_, n) => `#s${n} = :s${n}`).join(', ')}`]),
    ];
    const command = new UpdateItemCommand({
      ...common,
      Key: key,
      UpdateExpression: clauses.join(' '),
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ExpressionAttributeNames: Object.fromEntries([
        ...added.map(([attribute], n) => [`#a${n}`, attribute] as const),
        ...others.map(([attribute], n) => [`#s${n}`, attribute] as const),
      ]),
      ExpressionAttributeValues: {
        ...Object.fromEntries(added.map(([, amount], n) => [`:a${n}`, { N: String(amount) }])),
        ...Object.fromEntries(others.map(([, value], n) => [`:s${n}`, value])),
      },
      ReturnValues: 'ALL_NEW',
    });
    try {
      return (await client().send(command, { abortSignal: signal })).Attributes;
    } catch (error) {
      if (toFailure(error).code === 'ConditionalCheckFailedException') return undefined;
      throw translateError(error, `${port}.${name}`);
    }
  }

  return {
    async get(key, { signal }) {
      try {
        const command = new GetItemCommand({ ...common, Key: key, ConsistentRead: true });
        const { Item: item } = await client().send(command, { abortSignal: signal });
        return item !== undefined && isAlive(item) ? item : undefined;
      } catch (error) {
        throw translateError(error, `${port}.get`);
      }
    },
    create: async (item, { signal }) => put(item, { signal, condition: { expression: 'attribute_not_exists(pk)' } }),
    put,
    async add(key, amount, { expiresAt, set = {}, signal }) {
      const changed = await update(
        key,
        { add: { total: amount }, set: { ...expiresAt, ...set } },
        { signal, name: 'add' },
      );
      return Number(changed?.['total']?.N ?? 0);
    },
    async change(key, change, { signal }) {
      return update(key, change, { signal, name: 'change', condition: 'attribute_exists(pk)' });
    },
    async remove(key, { condition, signal }) {
      try {
        const command = new DeleteItemCommand({ ...common, Key: key, ...toInput(condition) });
        await client().send(command, { abortSignal: signal });
      } catch (error) {
        if (toFailure(error).code === 'ConditionalCheckFailedException') return;
        throw translateError(error, `${port}.remove`);
      }
    },
    async *query(pk, { from = ' ', pageItems, backwards = false, signal }) {
      let start: Item | undefined;
      do {
        const page = await queryPage({ pk, from, start, pageItems, backwards, signal });
        for (const item of page.Items ?? []) if (isAlive(item)) yield item;
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
    },
    expiry: (keepForMs) => ({ expiresAt: { N: String(Math.ceil((clock.now().getTime() + keepForMs) / 1_000)) } }),
  };

  async function queryPage({ pk, from, start, pageItems, backwards, signal }: Page) {
    try {
      const command = new QueryCommand({
        ...common,
        KeyConditionExpression: 'pk = :pk AND sk >= :from',
        ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from } },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        ...(pageItems === undefined ? {} : { Limit: pageItems }),
        ...(backwards ? { ScanIndexForward: false } : {}),
      });
      return await client().send(command, { abortSignal: signal });
    } catch (error) {
      throw translateError(error, `${port}.query`);
    }
  }
}

interface Update extends Call {
  /** Of the method that asks. */
  readonly name: string;
  readonly condition?: string;
}

interface Page extends Call {
  readonly pk: string;
  readonly from: string;
  readonly start: Item | undefined;
  readonly pageItems: number | undefined;
  readonly backwards: boolean;
}

function toInput(condition: Condition | undefined) {
  return {
    ...(condition === undefined ? {} : { ConditionExpression: condition.expression }),
    ...(condition?.names === undefined ? {} : { ExpressionAttributeNames: condition.names }),
    ...(condition?.values === undefined ? {} : { ExpressionAttributeValues: condition.values }),
  };
}

export function keyOf(pk: string, sk: string): Item {
  return { pk: { S: pk }, sk: { S: sk } };
}
