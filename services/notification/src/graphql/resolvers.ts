import type { Database } from '@tablekeep/platform/database';
import { UserErrors } from '@tablekeep/platform/errors';
import { newId } from '@tablekeep/platform/ids';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { connection, guardMutations, type Key } from '@tablekeep/platform/subgraph';
import { LessThan, type EntitySchema, type FindOptionsWhere } from 'typeorm';
import { isAddress, passwordProblems, settingsProblems } from '../domain/validate-settings.ts';
import { PASSWORD_CONTEXT, sendMail } from '../send-mail.ts';
import {
  AuditEntity,
  DeliveryEntity,
  SettingsEntity,
  type AuditRow,
  type DeliveryRow,
  type SettingsRow,
} from '../store/entities.ts';
import type {
  MutationSendTestNotificationArgs,
  MutationUpdateNotificationSettingsArgs,
  Resolvers,
} from './resolver-types.ts';

const SWITCHED_OFF: SettingsRow = {
  id: 1,
  enabled: false,
  smtpHost: null,
  smtpPort: null,
  smtpSecure: false,
  smtpUser: null,
  smtpPassword: null,
  from: null,
  recipients: [],
  notifyOn: ['SUCCESS', 'WARNING', 'ERROR'],
};

export function notificationResolvers(db: Database, deps: ServiceDeps): Resolvers {
  const current = async () => (await db.reader.findOne(SettingsEntity, { where: { id: 1 } })) ?? SWITCHED_OFF;
  return {
    Query: {
      notificationSettings: current,
      deliveries: (_parent, page) =>
        connection<DeliveryRow>(page, keyOf('createdAt'), (after, limit) =>
          newest(db, DeliveryEntity, 'createdAt', after, limit),
        ),
      auditLog: (_parent, page) =>
        connection<AuditRow>(
          page,
          (entry) => [entry.id],
          (after, limit) =>
            db.reader.find(AuditEntity, {
              where: after ? { id: LessThan(String(after[0])) } : {},
              order: { id: 'DESC' },
              take: limit,
            }),
        ),
    },
    Mutation: guardMutations(
      { db, service: 'notification', environment: deps.environment, clock: deps.clock },
      {
        updateNotificationSettings: async (_parent: unknown, { input }: MutationUpdateNotificationSettingsArgs) => {
          const asked = {
            enabled: input.enabled,
            smtpHost: input.smtpHost ?? null,
            smtpPort: input.smtpPort ?? null,
            smtpSecure: input.smtpSecure ?? false,
            smtpUser: input.smtpUser ?? null,
            from: input.from ?? null,
            recipients: [...input.recipients],
            notifyOn: [...input.notifyOn],
          };
          const notificationSettings = await db.transaction(async (tx) => {
            await db.insertOnce(tx, SettingsEntity, SWITCHED_OFF);
            const before = await tx.findOneOrFail(SettingsEntity, { where: { id: 1 }, ...db.forUpdate() });
            const isKept = input.smtpPassword == null && before.smtpPassword !== null;
            const problems = [...settingsProblems(asked), ...(isKept ? passwordProblems(before, asked) : [])];
            if (problems.length > 0) throw new UserErrors(problems);
            // Without a user there is nobody whose password it would be.
            const kept = asked.smtpUser === null ? null : before.smtpPassword;
            const smtpPassword =
              input.smtpPassword == null ? kept : deps.keyring.encrypt(input.smtpPassword, PASSWORD_CONTEXT);
            const after = { ...before, ...asked, smtpPassword };
            await tx.update(SettingsEntity, { id: 1 }, after);
            return after;
          });
          return { notificationSettings, userErrors: [] };
        },
        sendTestNotification: async (_parent: unknown, { input }: MutationSendTestNotificationArgs) => {
          if (!isAddress(input.recipient)) {
            throw new UserErrors([
              { code: 'BAD_ADDRESS', message: 'An address reads name@example.com.', path: ['recipient'] },
            ]);
          }
          const settings = await current();
          if (settings.smtpHost === null) {
            throw new UserErrors([
              { code: 'NO_SERVER', message: 'Set the mail server first (updateNotificationSettings).', path: [] },
            ]);
          }
          const text = `This is a test from Tablekeep (environment ${deps.environment}).`;
          const mail = { subject: `[Tablekeep ${deps.environment}] Test`, text, html: `<p>${text}</p>` };
          try {
            const serverAnswer = await sendMail(settings, deps.keyring, {
              ...mail,
              to: input.recipient,
              messageId: `<${newId()}@tablekeep>`,
            });
            return { serverAnswer, userErrors: [] };
          } catch (error) {
            const message = `The mail server refused: ${error instanceof Error ? error.message : String(error)}`;
            throw new UserErrors([{ code: 'NOT_SENT', message, path: [] }]);
          }
        },
      },
    ),
    NotificationSettings: { smtpPasswordSet: (settings) => settings.smtpPassword !== null },
    Delivery: { subject: (delivery) => delivery.mail.subject },
    AuditEntry: { input: (entry) => JSON.stringify(entry.input) },
  };
}

const keyOf =
  (field: 'createdAt') =>
  (row: DeliveryRow): Key => [row[field].getTime(), row.id];

/** Newest first; the id decides between rows of the same millisecond. */
async function newest(
  db: Database,
  entity: EntitySchema<DeliveryRow>,
  field: 'createdAt',
  after: Key | null,
  limit: number,
): Promise<DeliveryRow[]> {
  const at = after && new Date(Number(after[0]));
  const where: FindOptionsWhere<DeliveryRow>[] = at
    ? [{ [field]: LessThan(at) }, { [field]: at, id: LessThan(String(after[1])) }]
    : [];
  return db.reader.find(entity, { where, order: { [field]: 'DESC', id: 'DESC' }, take: limit });
}
