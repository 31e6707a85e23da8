/**
 * Whether the text matches a pattern of IAM: `*` is any run of characters, `?` any one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return toExpression(pattern, 's').test(text);
}

/** The same for actions, which IAM compares without regard to case. */
export function matchesAction(pattern: string, action: string): boolean {
  return toExpression(pattern, 'si').test(action);
}

function toExpression(pattern: string, flags: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, flags);
}
