/** The part of asl-validator that is used here: it ships no types that this project could read. */
declare module 'asl-validator' {
  interface Validation {
    readonly isValid: boolean;
    readonly errors: readonly { readonly Message: string }[];
  }

  /** Whether a definition is one in the states language. */
  export default function validate(definition: unknown): Validation;
}
