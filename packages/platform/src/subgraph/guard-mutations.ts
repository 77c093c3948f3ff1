import type { Environment, EventData, ServiceName } from '@tablekeep/schema/events';
import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';
import { ForbiddenError, UserErrors, type UserError } from '../errors/index.ts';
import type { Viewer } from '../identity/index.ts';
import { newId } from '../ids/index.ts';
import { withCorrelation } from '../logging/index.ts';
import { recordEvent } from '../outbox/index.ts';
import type { RequestContext } from './request-context.ts';

// Resolvers of any shape pass through: their own types are checked where they are written.
type AnyResolver = (parent: never, args: never, context: never, info: never) => unknown;
type Payload = {
  userErrors?: readonly UserError[];
  /** For the audit alone: what was changed and what was not, where errors came half-way. Without it errors mean: nothing. */
  partlyDone?: string;
};
type Phase = EventData<'dev.tablekeep.audit.recorded.v1'>['phase'];

/**
 * Wraps every mutation of a subgraph: only ADMIN may; an audit event REQUESTED is recorded durably before it runs and its
 * outcome afterwards (a REQUESTED without one says that the process died in between); UserErrors become the payload's
 * `userErrors`.
 */
export function guardMutations<R extends object>(
  o: { db: Database; service: ServiceName; environment: Environment; clock: Clock },
  mutations: R,
): R {
  const guarded = Object.entries(mutations).map(([action, resolver]) => [
    action,
    guard(o, action, resolver as AnyResolver),
  ]);
  return Object.fromEntries(guarded) as R;
}

function guard(o: { db: Database; service: ServiceName; clock: Clock }, action: string, resolver: AnyResolver) {
  return async (
    parent: unknown,
    args: { input?: unknown },
    context: RequestContext,
    info: unknown,
  ): Promise<unknown> => {
    const { viewer, requestId } = context;
    const auditId = newId();
    const audit = (phase: Phase, outcome: string | null) =>
      record(o, { auditId, phase, action, viewer, requestId, outcome, input: bounded(redact(args.input)) });
    return withCorrelation({ correlationId: requestId, requestId }, async () => {
      if (viewer.role !== 'ADMIN') {
        await audit('REFUSED', 'FORBIDDEN');
        throw new ForbiddenError(`${action} needs the role ADMIN; this token has ${viewer.role}`);
      }
      await audit('REQUESTED', null);
      try {
        const payload = (await resolver(parent as never, args as never, context as never, info as never)) as Payload;
        const { userErrors = [], partlyDone, ...rest } = payload;
        if (partlyDone !== undefined) await audit('FAILED', partlyDone.slice(0, MOST_OUTCOME));
        else if (userErrors.length > 0) await audit('REFUSED', userErrors.map((one) => one.code).join(', '));
        else await audit('COMPLETED', null);
        return { ...rest, userErrors };
      } catch (error) {
        if (error instanceof UserErrors) {
          await audit('REFUSED', error.errors.map((one) => one.code).join(', '));
          return { userErrors: error.errors };
        }
        await audit('FAILED', error instanceof Error ? error.name : 'error');
        throw error;
      }
    });
  };
}

async function record(
  o: { db: Database; service: ServiceName; clock: Clock },
  entry: {
    auditId: string;
    phase: Phase;
    action: string;
    viewer: Viewer;
    requestId: string;
    outcome: string | null;
    input: unknown;
  },
): Promise<void> {
  const { kind, id, name, role } = entry.viewer;
  await o.db.transaction((tx) =>
    recordEvent(o.db, tx, {
      type: 'dev.tablekeep.audit.recorded.v1',
      subject: entry.auditId,
      data: {
        auditId: entry.auditId,
        phase: entry.phase,
        at: o.clock.now().toISOString(),
        actor: { kind, id, name, role },
        service: o.service,
        action: entry.action,
        input: entry.input ?? null,
        outcome: entry.outcome,
        requestId: entry.requestId,
      },
    }),
  );
}

/** What the audit log's column holds. */
const MOST_OUTCOME = 250;

const SECRET = /secret|password|token|credential/iu;

/** The audit entry of a large input says how large it was: an event has its limits, and the caller chooses the input. */
const MOST_AUDITED_BYTES = 16_384;

function bounded(input: unknown): unknown {
  const bytes = Buffer.byteLength(JSON.stringify(input ?? null));
  return bytes <= MOST_AUDITED_BYTES ? input : { truncated: true, bytes };
}

/** Of some addresses whoever knows the path may use it: an incoming webhook, a dead-man's switch. */
const ADDRESS = /^url$/iu;

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (SECRET.test(key) && key !== 'idempotencyKey') return [key, '[redacted]'];
      return [key, ADDRESS.test(key) && typeof inner === 'string' ? originOf(inner) : redact(inner)];
    }),
  );
}

const originOf = (address: string): string => `${URL.parse(address)?.origin ?? ''}/[redacted]`;
