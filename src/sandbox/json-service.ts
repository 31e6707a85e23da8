import { notImplemented } from './aws-error.ts';
import { checkMembers, jsonResponse, readJson, targetOperation, type JsonInput } from './json-protocol.ts';
import type { Principal, Service } from './service.ts';

export interface JsonCall {
  readonly region: string;
  readonly principal: Principal;
  readonly input: JsonInput;
}

/** One operation of a service that speaks JSON. An empty object is the answer of those that answer nothing. */
export interface JsonOperation {
  /** Members of the input that are honoured; another one is refused. */
  readonly members: readonly string[];
  run(call: JsonCall): object;
}

/** A service whose operations are named by `X-Amz-Target`; what is not in the table is refused by name. */
export function createJsonService(service: string, operations: Readonly<Record<string, JsonOperation>>): Service {
  return {
    operation: ({ headers }) => targetOperation(headers),
    async handle(request) {
      const name = targetOperation(request.headers);
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) throw notImplemented(`the ${service} operation ${name}`);
      const input = await readJson(request);
      checkMembers(name, input, operation.members);
      const { region, principal } = request;
      const response = jsonResponse(operation.run({ region, principal, input }));
      const type = request.headers['content-type'];
      return type === undefined ? response : { ...response, headers: { 'content-type': type } };
    },
  };
}
