import type { ApiTokenRow } from '../store/entities.ts';

/** A resolver of ApiToken starts from the row. */
export type ApiTokenParent = ApiTokenRow;
