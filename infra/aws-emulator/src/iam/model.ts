/** An IAM role of an account. */
export interface Role {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  readonly created: number;
  readonly description: string | null;
  /** Seconds, 3600..43200. */
  maxSessionSeconds: number;
  /** Policy documents as JSON text, as given. */
  trustPolicy: string;
  inlinePolicies: Record<string, string>;
  /** ARNs of attached managed policies. */
  attachedPolicies: string[];
  tags: Record<string, string>;
}

/** Temporary credentials handed out by AssumeRole. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly account: string;
  readonly roleName: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly sessionPolicy: string | null;
  /** Real time, ms since the epoch: the SDK compares it with its own clock, which the emulator's speed does not move. */
  expires: number;
}
