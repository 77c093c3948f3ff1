import type { RequestContext } from '@tablekeep/platform/subgraph';
import type { SessionLogRow, SessionRow, TaskAttemptRow, TaskRow } from '../store/entities.ts';
import type { Loaders } from './loaders.ts';

export type SessionParent = SessionRow;
export type TaskParent = TaskRow;
export type TaskAttemptParent = TaskAttemptRow;
export type LogRecordParent = SessionLogRow;
/** A policy belongs to the policy service; here it is its id. */
export type PolicyParent = { id: string };

export type Context = RequestContext & Readonly<{ loaders: Loaders }>;
