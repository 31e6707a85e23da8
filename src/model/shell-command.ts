/** An option of the AWS command line: text, a document that becomes JSON, `true` for a bare flag; `undefined` is left out. */
export type OptionValue = string | object | true | undefined;

/** What a shell takes as it is. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** Characters that a terminal obeys or hides: they are spelled out, so that what is copied is what is run. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** One word of a command line for bash and zsh, whatever is in it. */
export function quote(text: string): string {
  if (PLAIN.test(text)) return text;
  if (!UNSEEN.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = text.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll(new RegExp(UNSEEN, 'gu'), toOctal);
  return `$'${escaped}'`;
}

function toOctal(character: string): string {
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** A line for a shell: `aws <service> <operation> --option value …`, in the order of the options. */
export function awsCommand(operation: string, options: Readonly<Record<string, OptionValue>>): string {
  return commandLine(`aws ${operation}`, options);
}

/** A line for a shell: `holdfast <command> --option value …`; what else it takes is quoted by whoever calls. */
export function holdfastCommand(command: string, options: Readonly<Record<string, OptionValue>> = {}): string {
  return commandLine(`holdfast ${command}`, options);
}

function commandLine(command: string, options: Readonly<Record<string, OptionValue>>): string {
  const words = Object.entries(options).flatMap(([name, value]): readonly string[] => {
    if (value === undefined) return [];
    if (value === true) return [`--${name}`];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    // A value that begins with a dash would be taken for an option.
    return text.startsWith('-') ? [`--${name}=${quote(text)}`] : [`--${name}`, quote(text)];
  });
  return [command, ...words].join(' ');
}
