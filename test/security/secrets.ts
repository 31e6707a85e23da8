/** A text that nothing else contains, hostile to every format that it could be quoted in. */
export const SECRET_ALPHABET: readonly string[] = ['+', '%', ' ', '/', 'é', '～', '😀', '"', '\\', '\n', 'x'];

/** Every form in which a text could have got out. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll('%20', '+'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** Forms of the secrets that are in a text. */
export function leaksIn(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) => formsOf(secret)).filter((form) => text.includes(form));
}
