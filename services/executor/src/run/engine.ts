import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import type { Logger } from '@tablekeep/platform/logging';
import type { Answer } from '@tablekeep/platform/rpc';
import type { AccountRef } from '@tablekeep/schema/events';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import type { OneTimeKeys } from '@tablekeep/schema/one-time-keys';
import type { Known } from '@tablekeep/schema/settings';
import type { Aws } from '../aws/region-aws.ts';
import type { Seal, Unseal } from '../domain/point-tags.ts';
import type { TagReader } from '../domain/read-point-tags.ts';
import type { Settings } from '../options.ts';
import type { VainLooks } from './start-once.ts';
import type { LocksSeen } from './vault-lock.ts';

/** What every part of the run needs: made once in service.ts. */
export type Engine = Readonly<{
  db: Database;
  aws: Aws;
  clock: Clock;
  log: Logger;
  settings: Settings;
  seal: Seal;
  readTags: TagReader;
  unseal: Unseal;
  /** When the switches of advanced backup were last seen on, by account and Region; on the monotonic clock. */
  switchesSeenOn: Map<string, number>;
  /** The locks of vaults as last seen, by account and Region. */
  locksSeen: Map<string, LocksSeen>;
  vainLooks: VainLooks;
  /** In [0, 1). */
  chance: () => number;
  /** Whether a point may be deleted now, asked of the catalog's owner. */
  deletePermit(point: InternalInput<'deletePermit'>): Promise<Answer<InternalOutput<'deletePermit'>>>;
  /** The keys that were given for a session; null where they are gone. */
  oneTimeKeys(session: Readonly<{ sessionId: string; accountId: string }>): Promise<OneTimeKeys | null>;
  /** The account, known null where it does not exist. */
  account(id: string): Promise<Known<AccountRef | null>>;
}>;
