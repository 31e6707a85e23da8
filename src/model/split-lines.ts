/** Text as lines, from bytes that are cut anywhere. Unlike Node's own reader it throws where the bytes break off with an error. */
export async function* splitLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = lines.splice(-1).join('');
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
