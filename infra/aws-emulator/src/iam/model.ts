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

/** An IAM user of an account, with policies of its own. */
export interface User {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly created: number;
  inlinePolicies: Record<string, string>;
}

/** A long-lived key of a user. One that was deleted is remembered: it is nobody's any more. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly account: string;
  readonly userName: string;
  readonly deleted: boolean;
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
