/**
 * Rows of a text in CSV (RFC 4180), quoted or not; line breaks and doubled quotes within quotes included. A quote that is never closed
 * ends with the text.
 */
export function* parseCsv(text: string): Generator<readonly string[]> {
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [field, next] = text[at] === '"' ? quoted(text, at) : plain(text, at);
    row.push(field);
    at = next;
    if (text[at] === ',') {
      at += 1;
      if (at < text.length) continue;
      row.push('');
    }
    yield row;
    row = [];
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
}

function plain(text: string, from: number): readonly [string, number] {
  const end = /[,\r\n]/g;
  end.lastIndex = from;
  const to = end.exec(text)?.index ?? text.length;
  return [text.slice(from, to), to];
}

function quoted(text: string, from: number): readonly [string, number] {
  const parts: string[] = [];
  let at = from + 1;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end === -1) return [[...parts, text.slice(at)].join('"'), text.length];
    parts.push(text.slice(at, end));
    if (text[end + 1] !== '"') return [parts.join('"'), end + 1];
    at = end + 2;
  }
}
