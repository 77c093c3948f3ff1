import { column, type Database, type Migration, type Tx } from '@tablekeep/platform/database';
import type { AlertFacts, AlertKind } from '@tablekeep/schema/alert-events';
import type { ServiceName } from '@tablekeep/schema/events';
import { EntitySchema, In, IsNull, LessThan } from 'typeorm';

/** An alert as its owner told of it. */
export type AlertRow = {
  id: string;
  kind: AlertKind;
  severity: AlertFacts['severity'];
  service: ServiceName;
  policyId: string | null;
  accountId: string | null;
  facts: AlertFacts;
  raisedAt: Date;
  /** Null: it is open. */
  clearedAt: Date | null;
};

export const AlertEntity = new EntitySchema<AlertRow>({
  name: 'alert',
  columns: {
    id: { ...column.id(), primary: true },
    kind: column.text(32),
    severity: column.text(16),
    service: column.text(32),
    policyId: { ...column.id({ nullable: true }), name: 'policy_id' },
    accountId: { ...column.id({ nullable: true }), name: 'account_id' },
    facts: column.json(),
    raisedAt: { ...column.time(), name: 'raised_at' },
    clearedAt: { ...column.time({ nullable: true }), name: 'cleared_at' },
  },
});

const index = (id: string, name: string, columns: string): Migration => ({
  id,
  up: (d) => `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}${name} ON alert (${columns})`,
});

export const alertMigrations: readonly Migration[] = [
  {
    id: '202611271221-alert',
    up: (d) => `CREATE TABLE IF NOT EXISTS alert (
      id ${d.id} NOT NULL PRIMARY KEY,
      kind ${d.varchar(32)} NOT NULL,
      severity ${d.varchar(16)} NOT NULL,
      service ${d.varchar(32)} NOT NULL,
      policy_id ${d.id} NULL,
      account_id ${d.id} NULL,
      facts ${d.json} NOT NULL,
      raised_at ${d.time} NOT NULL,
      cleared_at ${d.time} NULL
    ) ${d.tableOptions}`,
  },
  index('202611271222-alert-list', 'alert_list', 'raised_at, id'),
  index('202611271223-alert-open', 'alert_open', 'cleared_at, raised_at, id'),
];

/** True where it is new: then people are told. One that is known, or was cleared before it was heard of, is not. */
export async function keepAlert(db: Database, tx: Tx, alert: AlertRow): Promise<boolean> {
  return db.insertOnce(tx, AlertEntity, alert);
}

/** True where it was open. One that nobody has heard of is kept as over, so that a late word of it opens nothing. */
export async function closeAlert(db: Database, tx: Tx, alert: AlertRow): Promise<boolean> {
  if (await db.insertOnce(tx, AlertEntity, alert)) return false;
  const { id, clearedAt } = alert;
  const { affected } = await tx.update(AlertEntity, { id, clearedAt: IsNull() }, { clearedAt });
  return affected === 1;
}

const FORGOTTEN_AT_ONCE = 500;

/** Forgets alerts that have been over since before this, so many at a time; gives how many. */
export async function forgetAlerts(db: Database, before: Date): Promise<number> {
  return db.transaction(async (tx) => {
    const old = await tx.find(AlertEntity, {
      select: { id: true },
      where: { clearedAt: LessThan(before) },
      take: FORGOTTEN_AT_ONCE,
    });
    if (old.length === 0) return 0;
    const { affected } = await tx.delete(AlertEntity, { id: In(old.map(({ id }) => id)) });
    return affected ?? 0;
  });
}
