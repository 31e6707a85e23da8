import { asRecord } from '../record.ts';
import { parseDefinition } from '../step-functions/parse-definition.ts';
import { physicalName, textProperty, type Created, type Request, type ResourceKind } from './resource-kind.ts';

const SERVICE = 'states.amazonaws.com';

export const MACHINE_RESOURCES: Readonly<Record<string, ResourceKind>> = {
  'AWS::StepFunctions::StateMachine': {
    honoured: ['DefinitionString', 'DefinitionSubstitutions', 'RoleArn', 'StateMachineName', 'StateMachineType'],
    recorded: ['Tags', 'TracingConfiguration'],
    create: createMachine,
  },
};

function createMachine(request: Request): Created {
  const { site, stack, properties, logicalId } = request;
  const { account, roles } = site.platform;
  const type = properties['StateMachineType'] ?? 'STANDARD';
  if (type !== 'STANDARD')
    throw new Error(`${logicalId}: the sandbox runs standard machines, not ${JSON.stringify(type)}`);
  const name = physicalName(request, properties['StateMachineName']);
  const arn = `arn:aws:states:${stack.region}:${account}:stateMachine:${name}`;
  const roleArn = textProperty(request, 'RoleArn');
  if (!roles.mayAssume(roleArn, SERVICE, { 'aws:SourceAccount': account, 'aws:SourceArn': arn }))
    throw new Error(`the role ${roleArn} does not let ${SERVICE} assume it`);
  const values = asRecord(properties['DefinitionSubstitutions'] ?? {}, 'DefinitionSubstitutions');
  const definition = parseDefinition(JSON.parse(substitute(textProperty(request, 'DefinitionString'), values)));
  const remove = site.machines.create({ name, arn, region: stack.region, roleArn, definition });
  return { ref: arn, attributes: { Arn: arn, Name: name }, remove };
}

/** `${Name}` stands for a value of the template, within texts of JSON. */
function substitute(text: string, values: Readonly<Record<string, unknown>>): string {
  return text.replaceAll(/\$\{([A-Za-z0-9_]+)\}/g, (_, name: string) => {
    if (Object.hasOwn(values, name)) return JSON.stringify(String(values[name])).slice(1, -1);
    throw new Error(`nothing is substituted for ${name} in the definition`);
  });
}
