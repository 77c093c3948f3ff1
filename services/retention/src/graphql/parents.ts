import type { RequestContext } from '@tablekeep/platform/subgraph';
import type { JudgedRow } from '../judge-points.ts';
import type { CatalogSettings } from '@tablekeep/schema/vault-points';
import type { RestorePointRow } from '../store/entities.ts';
import type { FrozenChainRow } from '../store/retention-entities.ts';
import type { Loaders } from './loaders.ts';

/** What resolvers start from: rows, not API types. */
export type RestorePointParent = RestorePointRow;
export type SettingsSnapshotParent = CatalogSettings;
export type RetentionVerdictParent = JudgedRow<RestorePointRow>;
export type FrozenChainParent = FrozenChainRow;
export type TableParent = { arn: string };
/** What this service adds to it is read when asked for. */
export type OverviewParent = { window: 'DAY' | 'WEEK' | 'MONTH' };

export type Context = RequestContext & Readonly<{ loaders: Loaders }>;
