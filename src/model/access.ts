/** Something that a role must be allowed to do. */
export interface AccessQuestion {
  /** For example `s3:ReplicateObject`. */
  readonly action: string;
  /** What a statement would name: an ARN, with `*` for the keys of a bucket. */
  readonly resource: string;
  /** One such resource: permissions are simulated for it. */
  readonly example: string;
  /** What is known of such a request, by the names of IAM's condition keys. */
  readonly context: Readonly<Record<string, string>>;
  /** The action that is not needed where this one is allowed. Nobody is asked to allow it. */
  readonly insteadOf?: string;
}

/** What the policies of a role say: `silent` where none allows it, `unclear` where it depends on what is not known. */
export type RoleDecision = 'allowed' | 'denied' | 'silent' | 'unclear';

export interface AccessAnswer extends AccessQuestion {
  readonly decision: RoleDecision;
}
