import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error, notImplemented } from './s3-error.ts';

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  htmlEntities: true,
  // A DeleteObjects request may hold a thousand keys that consist of escapes.
  processEntities: { enabled: true, maxTotalExpansions: 2_000_000, maxExpandedLength: 4_000_000 },
});

// Text is escaped below: the builder leaves carriage returns alone, which every XML parser would turn into line feeds.
const builder = new XMLBuilder({ processEntities: false, suppressEmptyNode: false, ignoreAttributes: false });

export type XmlValue = string | number | boolean | undefined | XmlObject | readonly XmlValue[];

export interface XmlObject {
  readonly [name: string]: XmlValue;
}

/** One element of a request body. */
export class XmlElement {
  readonly #content: unknown;

  constructor(content: unknown) {
    this.#content = content;
  }

  /** Names of the child elements, in document order. */
  names(): readonly string[] {
    return Object.keys(this.#members()).filter((name) => name !== '#text');
  }

  children(name: string): readonly XmlElement[] {
    const found = this.#members()[name];
    if (found === undefined) return [];
    return (Array.isArray(found) ? found : [found]).map((content: unknown) => new XmlElement(content));
  }

  child(name: string): XmlElement | undefined {
    return this.children(name)[0];
  }

  /** Text of a child element; absent where there is no such element. */
  text(name: string): string | undefined {
    return this.child(name)?.ownText();
  }

  ownText(): string {
    if (typeof this.#content === 'string') return this.#content;
    const text = this.#members()['#text'];
    return typeof text === 'string' ? text : '';
  }

  require(name: string): XmlElement {
    const found = this.child(name);
    if (found === undefined) throw malformedXml();
    return found;
  }

  requireText(name: string): string {
    return this.require(name).ownText();
  }

  /** Refuses, by name, what the sandbox would otherwise ignore. */
  expectOnly(...names: readonly string[]): this {
    const unknown = this.names().find((name) => !names.includes(name));
    if (unknown !== undefined) throw notImplemented('element', unknown);
    return this;
  }

  #members(): Readonly<Record<string, unknown>> {
    return typeof this.#content === 'object' && this.#content !== null ? { ...this.#content } : {};
  }
}

export function malformedXml(): S3Error {
  return new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

/** The root element of a request body, which must have this name. */
export function parseXml(text: string, root: string): XmlElement {
  if (XMLValidator.validate(text) !== true) throw malformedXml();
  const parsed: unknown = parser.parse(text);
  return new XmlElement(parsed).require(root);
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Members that are `undefined` are left out; arrays repeat their element; a name with `@_` in front is an attribute. */
export function buildXml(root: string, content: XmlObject, namespace: string = NAMESPACE): string {
  const body: unknown = builder.build({ [root]: escapeAll(content) });
  const text = String(body).replace(`<${root}>`, `<${root} xmlns="${namespace}">`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;
}

/** Error bodies carry no namespace. */
export function buildErrorXml(content: XmlObject): string {
  const body: unknown = builder.build({ Error: escapeAll(content) });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${String(body)}`;
}

function escapeAll(value: XmlValue): unknown {
  if (value === undefined) return undefined;
  if (typeof value !== 'object') return escapeText(String(value));
  if (Array.isArray(value)) return value.map((entry: XmlValue) => escapeAll(entry));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, escapeAll(member)]),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeText(text: string): string {
  // Control characters are sent as references, as S3 does: XML has no other way to name them.
  return text.replace(/[&<>"\p{Cc}]/gu, (character) => ENTITIES[character] ?? `&#${character.charCodeAt(0)};`);
}
