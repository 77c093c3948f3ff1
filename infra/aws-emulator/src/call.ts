import type { World } from './world.ts';
import type { Input } from './wire/read.ts';
import type { Session, User } from './iam/model.ts';
import type { FaultPlan } from './faults.ts';

/** Who signed a request. A key of an account is its root, one of a user is that user; an assumed role's key is a session. */
export type Caller =
  | {
      readonly kind: 'user';
      readonly account: string;
      readonly arn: string;
      readonly userId: string;
      readonly user: User;
    }
  | { readonly kind: 'root'; readonly account: string; readonly arn: string; readonly userId: string }
  | {
      readonly kind: 'session';
      readonly account: string;
      readonly arn: string;
      readonly userId: string;
      readonly session: Session;
    };

/** One request on its way through an operation. */
export interface Call {
  readonly world: World;
  readonly caller: Caller;
  readonly account: string;
  readonly region: string;
  /** `account/region`: where this call's state is. */
  readonly scope: string;
  readonly service: string;
  readonly operation: string;
  readonly input: Input;
  /** Query-string members of a rest-json request; empty for other protocols. */
  readonly query: URLSearchParams;
  /** What a fault plan has in store for the job this call starts, if it starts one. */
  readonly fate: FaultPlan | null;
  /** Emulator time, ms since the epoch. */
  readonly now: number;
}

export interface Operation {
  /** The IAM action when it is not `service:OperationName`. */
  readonly action?: string;
  /** The resources the action is checked on; `*` when absent. */
  readonly resources?: (call: Call) => readonly string[];
  readonly run: (call: Call) => unknown;
}

export type Operations = Readonly<Record<string, Operation>>;

export const scopeOf = (account: string, region: string): string => `${account}/${region}`;
