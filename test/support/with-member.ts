/** A message in JSON with another value at one path. */
export function withMember(json: string, path: string, value: unknown): unknown {
  const message = JSON.parse(json) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() ?? '';
  let parent = message;
  for (const name of names) parent = parent[name] as Record<string, unknown>;
  parent[last] = value;
  return message;
}
