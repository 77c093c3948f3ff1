import type { Database, Tx } from '@tablekeep/platform/database';
import type { UserError } from '@tablekeep/platform/errors';
import { Like, MoreThan } from 'typeorm';
import {
  OpenSessionEntity,
  PlannedRoundEntity,
  PolicyEntity,
  TablePointsEntity,
  type AccountRow,
  type OpenSessionRow,
} from './entities.ts';

/** A session of the account is under way. A second delivery writes the same. */
export async function noteOpenSession(db: Database, tx: Tx, session: OpenSessionRow): Promise<void> {
  await db.insertOnce(tx, OpenSessionEntity, session);
}

/** Forgets what was kept for a session while it ran. */
export async function forgetSession(tx: Tx, sessionId: string): Promise<void> {
  await tx.delete(OpenSessionEntity, { sessionId });
  await tx.delete(PlannedRoundEntity, { sessionId });
}

/** Why the account may not be deleted now: all reasons at once. */
export async function whyInUse(tx: Tx, account: AccountRow): Promise<UserError[]> {
  const reasons: string[] = [];
  const policies = await tx.find(PolicyEntity, { where: { accountId: account.id } });
  if (policies.length > 0) {
    reasons.push(`Delete its policies first: ${policies.map((policy) => `"${policy.name}"`).join(', ')}.`);
  }
  const sessions = await tx.count(OpenSessionEntity, { where: { accountId: account.id } });
  if (sessions > 0) reasons.push(`${sessions} of its sessions are not over. Wait for them, or stop them.`);
  // Nobody could delete or restore these points any more.
  const tables = Like(`arn:aws%:dynamodb:%:${account.awsAccountId}:table/%`);
  if (await tx.exists(TablePointsEntity, { where: { tableArn: tables, points: MoreThan(0) } })) {
    reasons.push('Recovery points of its tables are in the catalog.');
  }
  return reasons.map((message) => ({ code: 'IN_USE', message, path: ['id'] }));
}
