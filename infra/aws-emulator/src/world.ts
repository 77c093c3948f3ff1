import { join } from 'node:path';
import { Agenda } from './state/agenda.ts';
import type { ScalableTarget, ScalingPolicy } from './auto-scaling.ts';
import { Collection } from './state/collection.ts';
import { Documents } from './state/documents.ts';
import { Clock } from './clock.ts';
import { Randomness } from './random.ts';
import { CallCounters } from './call-counters.ts';
import { Faults } from './faults.ts';
import { RateLimits } from './limits.ts';
import { ItemStore } from './dynamodb/item-store.ts';
import { defaultBehaviour, defaultDurations } from './options.ts';
import type { Behaviour, Durations, EmulatorOptions } from './options.ts';
import type { Table } from './dynamodb/model.ts';
import type { BackupJob, CopyJob, RecoveryPoint, RestoreJob, Token, Vault } from './backup/model.ts';
import type { Plan } from './backup/plans.ts';
import type { AccessKey, Role, Session, User } from './iam/model.ts';
import type { Key } from './kms.ts';
import type { Topic } from './sns.ts';
import type { SavedClock } from './clock.ts';

interface Tick extends SavedClock {
  readonly randomCounter: number;
}

/** Settings kept per (account, Region) or per account: a map of names to values. */
export interface Settings {
  readonly values: Record<string, unknown>;
}

/** Everything the emulator knows. Operations read and change it; `commit` makes the changes durable. */
export class World {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly agenda: Agenda;
  readonly items: ItemStore;
  readonly behaviour: Behaviour;
  readonly durations: Durations;
  readonly enforceLimits: boolean;
  readonly accounts: ReadonlyMap<string, string>;
  readonly faults: Faults;
  readonly calls = new CallCounters();
  readonly limits: RateLimits;

  readonly tables: Collection<Table>;
  readonly vaults: Collection<Vault>;
  /** By recovery point ARN, in the scope of the vault that holds it. */
  readonly points: Collection<RecoveryPoint>;
  readonly backupJobs: Collection<BackupJob>;
  readonly copyJobs: Collection<CopyJob>;
  readonly restoreJobs: Collection<RestoreJob>;
  readonly tokens: Collection<Token>;
  readonly plans: Collection<Plan>;
  readonly regionSettings: Collection<Settings>;
  readonly globalSettings: Collection<Settings>;
  /** By role name, in the scope of the account. */
  readonly roles: Collection<Role>;
  readonly users: Collection<User>;
  readonly accessKeys: Collection<AccessKey>;
  readonly sessions: Collection<Session>;
  readonly keys: Collection<Key>;
  /** By name. */
  readonly topics: Collection<Topic>;
  readonly scalableTargets: Collection<ScalableTarget>;
  readonly scalingPolicies: Collection<ScalingPolicy>;

  readonly #ticks: Collection<Tick>;

  constructor(options: EmulatorOptions) {
    const dataDir = options.dataDir ?? null;
    this.documents = new Documents(dataDir);
    this.#ticks = new Collection<Tick>(this.documents, 'tick');
    const tick = this.#ticks.get('', 'clock');
    this.clock = new Clock(options.speed ?? 1, tick, options.startAt);
    this.random = new Randomness(options.seed ?? null, tick?.randomCounter ?? 0);
    this.agenda = new Agenda(this.documents, this.clock);
    this.items = new ItemStore(dataDir === null ? null : join(dataDir, 'items'));
    this.behaviour = { ...defaultBehaviour, ...options.behaviour };
    this.durations = { ...defaultDurations, ...options.durations };
    this.enforceLimits = options.limits !== 'off';
    this.accounts = new Map(Object.entries(options.accounts ?? {}));
    this.faults = new Faults();
    this.limits = new RateLimits(this.clock);

    this.tables = new Collection<Table>(this.documents, 'table');
    this.vaults = new Collection<Vault>(this.documents, 'vault');
    this.points = new Collection<RecoveryPoint>(this.documents, 'point');
    this.backupJobs = new Collection<BackupJob>(this.documents, 'backupJob');
    this.copyJobs = new Collection<CopyJob>(this.documents, 'copyJob');
    this.restoreJobs = new Collection<RestoreJob>(this.documents, 'restoreJob');
    this.tokens = new Collection<Token>(this.documents, 'token');
    this.plans = new Collection<Plan>(this.documents, 'plan');
    this.regionSettings = new Collection<Settings>(this.documents, 'regionSettings');
    this.globalSettings = new Collection<Settings>(this.documents, 'globalSettings');
    this.roles = new Collection<Role>(this.documents, 'role');
    this.users = new Collection<User>(this.documents, 'user');
    this.accessKeys = new Collection<AccessKey>(this.documents, 'accessKey');
    this.sessions = new Collection<Session>(this.documents, 'session');
    this.keys = new Collection<Key>(this.documents, 'key');
    this.topics = new Collection<Topic>(this.documents, 'topic');
    this.scalableTargets = new Collection<ScalableTarget>(this.documents, 'scalableTarget');
    this.scalingPolicies = new Collection<ScalingPolicy>(this.documents, 'scalingPolicy');
    this.#saveTick();
    this.documents.commit();
  }

  /** Synchronous: what an operation changed without an await in between is written whole or not at all. */
  commit(): void {
    if (!this.documents.dirty) return;
    this.#saveTick();
    this.documents.commit();
  }

  #saveTick(): void {
    this.#ticks.put('', 'clock', { ...this.clock.saved(), randomCounter: this.random.counter });
  }

  /** Called when the clock's speed or time was changed by hand, so that a restart goes on from there. */
  saveClock(): void {
    this.#saveTick();
    this.documents.commit();
  }

  async close(): Promise<void> {
    this.saveClock();
    await this.items.close();
    this.documents.close();
  }
}
