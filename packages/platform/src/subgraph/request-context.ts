import type { Viewer } from '../identity/index.ts';
import type { Logger } from '../logging/index.ts';

/** What every resolver knows of the request. */
export type RequestContext = Readonly<{ viewer: Viewer; requestId: string; log: Logger }>;
