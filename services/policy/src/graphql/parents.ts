import type { RequestContext } from '@tablekeep/platform/subgraph';
import type { AccountRow, PolicyRow, TableRow } from '../store/entities.ts';
import type { Loaders } from './loaders.ts';

/** What resolvers start from: rows, not API types. */
export type AccountParent = AccountRow;
export type PolicyParent = PolicyRow;
export type TableParent = TableRow;

export type Context = RequestContext & Readonly<{ loaders: Loaders }>;
