/** What ends a job before it is complete. The code is the `FailureCode` of `DescribeJob`. */
export class JobFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'JobFailure';
    this.code = code;
  }
}
