import { AwsError, notImplemented } from '../aws-error.ts';
import type { AccessControl } from '../iam/access.ts';
import { checkMembers, integer, objects, optionalText, text, texts, type JsonInput } from '../json-protocol.ts';
import type { JsonCall, JsonOperation } from '../json-service.ts';
import type { EventBus } from './event-bus.ts';
import { parseEventPattern } from './event-pattern.ts';
import { type BusHome, type Rule, ruleArn, type RuleTarget } from './rule.ts';

export interface EventsSite {
  readonly bus: EventBus;
  readonly access: AccessControl;
}

/** Of one rule. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_TARGETS = 5;
const RULES_PER_PAGE = 100;
const NAME = /^[.\-_A-Za-z0-9]{1,64}$/;

/** Rules on the default bus that send events of S3 to queues; schedules, other buses and other targets are refused. */
export function createEventsOperations({ bus, access }: EventsSite): Readonly<Record<string, JsonOperation>> {
  function require(call: JsonCall, action: string, name?: string): void {
    const { principal, region } = call;
    const resource = name === undefined ? '*' : ruleArn(homeOf(call), name);
    access.require({ principal, region, action: `events:${action}`, resource });
  }

  function find(call: JsonCall, name: string): Rule {
    const rule = bus.find(homeOf(call), name);
    if (rule !== undefined) return rule;
    throw new AwsError('ResourceNotFoundException', 400, `Rule ${name} does not exist on EventBus default.`);
  }

  /** The rule that the call names, once it is allowed. */
  function found(call: JsonCall, action: string, member = 'Name'): Rule {
    const name = text(call.input, member);
    require(call, action, name);
    return find(call, name);
  }

  return {
    PutRule: {
      members: ['Name', 'EventPattern', 'State', 'Description', 'Tags'],
      run(call) {
        const name = text(call.input, 'Name');
        if (!NAME.test(name)) throw validation(`the name ${name} of the rule`);
        require(call, 'PutRule', name);
        const tags = tagsOf(call.input);
        if (tags.length > 0) require(call, 'TagResource', name);
        const rule = toRule(call.input, { name, home: homeOf(call), known: bus.find(homeOf(call), name) });
        // Tags of a rule that is there already are left alone.
        if (bus.find(homeOf(call), name) === undefined) for (const [key, value] of tags) rule.tags.set(key, value);
        bus.put(rule);
        return { RuleArn: rule.arn };
      },
    },
    DescribeRule: {
      members: ['Name'],
      run: (call) => ({ ...describe(found(call, 'DescribeRule')), EventBusName: 'default' }),
    },
    ListRules: {
      members: ['NamePrefix', 'NextToken', 'Limit'],
      run(call) {
        require(call, 'ListRules');
        const prefix = optionalText(call.input, 'NamePrefix') ?? '';
        const after = optionalText(call.input, 'NextToken') ?? '';
        const limit = integer(call.input, 'Limit', [1, RULES_PER_PAGE]) ?? RULES_PER_PAGE;
        const all = bus.rules(homeOf(call)).filter(({ name }) => name.startsWith(prefix) && name > after);
        const page = all.slice(0, limit);
        const Rules = page.map((rule) => ({ ...describe(rule), EventBusName: 'default' }));
        return { Rules, ...(all.length > page.length ? { NextToken: page.at(-1)?.name } : {}) };
      },
    },
    DeleteRule: {
      members: ['Name'],
      run(call) {
        const name = text(call.input, 'Name');
        require(call, 'DeleteRule', name);
        const rule = bus.find(homeOf(call), name);
        if (rule === undefined) return {};
        if (rule.targets.size > 0) throw validation("Rule can't be deleted since it has targets.");
        bus.remove(rule);
        return {};
      },
    },
    PutTargets: {
      members: ['Rule', 'Targets'],
      run(call) {
        const rule = found(call, 'PutTargets', 'Rule');
        for (const target of objects(call.input, 'Targets')) {
          checkMembers('PutTargets', target, ['Id', 'Arn']);
          const [id, arn] = [text(target, 'Id'), text(target, 'Arn')];
          if (!arn.startsWith('arn:aws:sqs:')) throw notImplemented(`rules that send to ${arn}`);
          rule.targets.set(id, { id, arn });
        }
        if (rule.targets.size > MOST_TARGETS)
          throw new AwsError(
            'LimitExceededException',
            400,
            'The requested resource exceeds the maximum number allowed.',
          );
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    ListTargetsByRule: {
      members: ['Rule'],
      run: (call) => ({
        Targets: [...found(call, 'ListTargetsByRule', 'Rule').targets.values()].map(({ id, arn }) => ({
          Id: id,
          Arn: arn,
        })),
      }),
    },
    RemoveTargets: {
      members: ['Rule', 'Ids'],
      run(call) {
        const rule = found(call, 'RemoveTargets', 'Rule');
        for (const id of texts(call.input, 'Ids')) rule.targets.delete(id);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    TagResource: {
      members: ['ResourceARN', 'Tags'],
      run(call) {
        const rule = tagged(call, 'TagResource');
        for (const [key, value] of tagsOf(call.input)) rule.tags.set(key, value);
        return {};
      },
    },
    ListTagsForResource: {
      members: ['ResourceARN'],
      run: (call) => ({
        Tags: [...tagged(call, 'ListTagsForResource').tags].map(([Key, Value]) => ({ Key, Value })),
      }),
    },
  };

  function tagged(call: JsonCall, action: string): Rule {
    const name = text(call.input, 'ResourceARN').split(':rule/')[1] ?? '';
    require(call, action, name);
    return find(call, name);
  }
}

function homeOf({ region, principal }: JsonCall): BusHome {
  return { region, account: principal.account };
}

function toRule(
  input: JsonInput,
  { name, home, known }: { readonly name: string; readonly home: BusHome; readonly known: Rule | undefined },
): Rule {
  const pattern = text(input, 'EventPattern');
  const description = optionalText(input, 'Description');
  return {
    name,
    ...home,
    arn: ruleArn(home, name),
    pattern,
    filter: parseEventPattern(pattern),
    enabled: (optionalText(input, 'State') ?? 'ENABLED') === 'ENABLED',
    ...(description === undefined ? {} : { description }),
    targets: known?.targets ?? new Map<string, RuleTarget>(),
    tags: known?.tags ?? new Map<string, string>(),
  };
}

function describe({ name, arn, pattern, enabled, description }: Rule): object {
  return {
    Name: name,
    Arn: arn,
    EventPattern: pattern,
    State: enabled ? 'ENABLED' : 'DISABLED',
    ...(description === undefined ? {} : { Description: description }),
  };
}

function tagsOf(input: JsonInput): readonly (readonly [key: string, value: string])[] {
  return objects(input, 'Tags').map((tag) => [text(tag, 'Key'), text(tag, 'Value')] as const);
}

function validation(message: string): AwsError {
  return new AwsError('ValidationException', 400, message);
}
