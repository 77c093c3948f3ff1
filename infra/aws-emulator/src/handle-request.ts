import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from './errors.ts';
import { scopeOf } from './call.ts';
import { authorize } from './iam/authorize.ts';
import { identifyCaller, readCredential } from './identify-caller.ts';
import { isEnabledRegion } from './regions.ts';
import { protocolFor } from './services.ts';
import type { Call } from './call.ts';
import type { CallCount } from './call-counters.ts';
import type { FaultPlan } from './faults.ts';
import type { Credential } from './identify-caller.ts';
import type { Answer, Protocol, Request } from './wire/protocol.ts';
import type { World } from './world.ts';

/** `lost`: the effect is durable and the answer must not arrive. */
export type Outcome = { readonly kind: 'answer'; readonly answer: Answer } | { readonly kind: 'lost' };

/** Kinds of fault that are about the job a call starts (or the point it deletes), not about the call. */
const fates: readonly FaultPlan['kind'][] = ['jobStuck', 'jobFailed', 'expiredAfterDelete'];

function describeFailure(error: unknown, protocol: Protocol, request: Request): AwsError {
  if (error instanceof AwsError) return error;
  process.stderr.write(
    `The emulator failed on ${request.method} ${request.path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return new AwsError(protocol.serverError, 'The emulator failed; its standard error has the reason', 500);
}

const fateIn = (fault: FaultPlan | null): FaultPlan | null =>
  fault !== null && fates.includes(fault.kind) ? fault : null;

/** The faults that come before the operation. */
async function strike(fault: FaultPlan | null, protocol: Protocol): Promise<void> {
  if (fault?.kind === 'throttle') throw new AwsError('ThrottlingException', fault.message ?? 'Rate exceeded');
  if (fault?.kind === 'http500') {
    throw new AwsError(protocol.serverError, fault.message ?? 'An internal error occurred', 500);
  }
  if (fault?.kind === 'notFound') {
    throw new AwsError('ResourceNotFoundException', fault.message ?? 'It does not exist');
  }
  if (fault?.kind === 'delay') await sleep(fault.delayMs ?? 0);
}

function checkRate(world: World, service: string, operation: string, scope: string): void {
  if (world.enforceLimits && !world.limits.take(service, operation, scope)) {
    throw new AwsError('ThrottlingException', 'Rate exceeded');
  }
}

async function perform(world: World, request: Request, credential: Credential, protocol: Protocol): Promise<Outcome> {
  const { service, region } = credential;
  if (!isEnabledRegion(region)) {
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
  }
  const caller = identifyCaller(world, credential.accessKeyId, oneHeader(request, 'x-amz-security-token'));
  const reading = protocol.read(request);
  const operation = reading?.name ?? 'UnknownOperation';
  const count = world.calls.of(service, operation, region, caller.account);
  count.count += 1;
  try {
    if (reading === null) throw protocol.unknown(request);
    const target = { service, operation, account: caller.account, region };
    const fault = world.faults.take(target);
    await strike(fault, protocol);
    const scope = scopeOf(caller.account, region);
    checkRate(world, service, operation, scope);
    const call: Call = {
      world,
      caller,
      account: caller.account,
      region,
      scope,
      service,
      operation,
      input: reading.input(),
      query: reading.query,
      fate: fateIn(fault),
      now: world.clock.now(),
    };
    const resources = reading.operation.resources?.(call) ?? ['*'];
    authorize(call, reading.operation.action ?? `${service}:${operation}`, resources);
    const result = await reading.operation.run(call);
    world.commit();
    return fault?.kind === 'responseLost'
      ? { kind: 'lost' }
      : { kind: 'answer', answer: protocol.succeed(result, operation) };
  } catch (error) {
    tally(count, error);
    throw error;
  }
}

function tally(count: CallCount, error: unknown): void {
  count.errors += 1;
  if (error instanceof AwsError && error.code === 'ThrottlingException') count.throttled += 1;
}

const oneHeader = (request: Request, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** One AWS request: what is due happens first, then the operation, then the commit, and only then the answer. */
export async function handleRequest(world: World, request: Request): Promise<Outcome> {
  let protocol = protocolFor(null, request);
  try {
    const credential = readCredential(request.headers);
    protocol = protocolFor(credential.service, request);
    await world.agenda.catchUp();
    return await perform(world, request, credential, protocol);
  } catch (error) {
    world.commit();
    return { kind: 'answer', answer: protocol.fail(describeFailure(error, protocol, request)) };
  }
}
