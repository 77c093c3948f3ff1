import type { Clock } from '@tablekeep/platform/clock';
import { UserErrors } from '@tablekeep/platform/errors';
import type { InternalIdentity } from '@tablekeep/platform/identity';
import type { Logger } from '@tablekeep/platform/logging';
import { callInternal, type Answer } from '@tablekeep/platform/rpc';
import { seal } from '@tablekeep/platform/sealing';
import type { ServiceName } from '@tablekeep/schema/events';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import { ONE_TIME_KEYS_MS, oneTimeKeysContext, type OneTimeKeys } from '@tablekeep/schema/one-time-keys';
import type { GivenKeys } from '../domain/check-input.ts';

export type HandOver = Readonly<{
  clock: Clock;
  log: Logger;
  identity: InternalIdentity;
  peers: Readonly<Record<ServiceName, () => string>>;
}>;

type Calls = 'sealingKey' | 'keepOneTimeKeys' | 'eraseOneTimeKeys';

const ask = <C extends Calls>(deps: HandOver, call: C, input: InternalInput<C>): Promise<Answer<InternalOutput<C>>> =>
  callInternal({ peer: deps.peers.executor, identity: deps.identity, service: 'session', call, input });

/**
 * Seals the keys for the executor and leaves them with it, before the session is stored: this service keeps nothing of them.
 * Throws UserErrors where the executor could not take them.
 */
export async function handOverKeys(
  deps: HandOver,
  session: Readonly<{ sessionId: string; accountId: string }>,
  keys: GivenKeys,
): Promise<void> {
  const sealingKey = await ask(deps, 'sealingKey', {});
  if (sealingKey.state === 'unknown') throw unavailable(deps, sealingKey.because);
  const expiresAt = new Date(deps.clock.now().getTime() + ONE_TIME_KEYS_MS).toISOString();
  const plain: OneTimeKeys = { ...keys, expiresAt };
  const sealed = seal(JSON.stringify(plain), oneTimeKeysContext(session), sealingKey.value);
  const answer = await ask(deps, 'keepOneTimeKeys', { ...session, sealed });
  if (answer.state === 'unknown') throw unavailable(deps, answer.because);
  if (!answer.value.kept) throw unavailable(deps, answer.value.because);
}

/** The session was not stored. Should this not get through, their time erases them. */
export async function takeKeysBack(deps: HandOver, sessionId: string): Promise<void> {
  const answer = await ask(deps, 'eraseOneTimeKeys', { sessionId });
  if (answer.state === 'known') return;
  deps.log.warn({ sessionId, because: answer.because }, 'one-time keys of no session stay until their time is up');
}

function unavailable({ log }: HandOver, because: string): UserErrors {
  log.warn({ because }, 'one-time keys could not be handed over');
  const message = 'The executor could not take the credentials. Nothing was started; try again shortly.';
  return new UserErrors([{ code: 'EXECUTOR_UNAVAILABLE', message, path: ['credentials'] }]);
}
