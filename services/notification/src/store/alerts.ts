import { column, type Database, type Dialect, type Migration, type Tx } from '@tablekeep/platform/database';
import type { AlertFacts, AlertKind } from '@tablekeep/schema/alert-events';
import type { ServiceName } from '@tablekeep/schema/events';
import { EntitySchema, In, IsNull, LessThan, Not } from 'typeorm';

/** An alert as its owner told of it. */
export type AlertRow = {
  id: string;
  kind: AlertKind;
  severity: AlertFacts['severity'];
  service: ServiceName;
  /** What its owner has one of this kind open for at a time; null: told by an earlier release. */
  subject: string | null;
  policyId: string | null;
  accountId: string | null;
  facts: AlertFacts;
  raisedAt: Date;
  /** Null: it is open. */
  clearedAt: Date | null;
  /** The newer alert that took its place; null: none did, or its owner has cleared it after all. */
  supersededBy: string | null;
};

export const AlertEntity = new EntitySchema<AlertRow>({
  name: 'alert',
  columns: {
    id: { ...column.id(), primary: true },
    kind: column.text(32),
    severity: column.text(16),
    service: column.text(32),
    subject: column.text(255, { nullable: true }),
    policyId: { ...column.id({ nullable: true }), name: 'policy_id' },
    accountId: { ...column.id({ nullable: true }), name: 'account_id' },
    facts: column.json(),
    raisedAt: { ...column.time(), name: 'raised_at' },
    clearedAt: { ...column.time({ nullable: true }), name: 'cleared_at' },
    supersededBy: { ...column.id({ nullable: true }), name: 'superseded_by' },
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

const addColumn = (id: string, definition: (d: Dialect) => string): Migration => ({
  id,
  up: (d) => `ALTER TABLE alert ADD COLUMN ${definition(d)}`,
});

export const alertSubjectMigrations: readonly Migration[] = [
  addColumn('202611271915-alert-subject', (d) => `subject ${d.varchar(255)} NULL`),
  addColumn('202611271916-alert-superseded-by', (d) => `superseded_by ${d.id} NULL`),
  index('202611271917-alert-subject-index', 'alert_subject', 'service, kind, subject, raised_at'),
];

/**
 * True where it is new: then people are told. One that is known, or was cleared before it was heard of, is not.
 *
 * Its owner has one alert of a kind and subject open at a time. Where it raises another, it has forgotten the one before, with a
 * database that was put back to before it: nobody would ever clear that. So only the newest of them stays open, in whatever
 * order they are heard of: two that come at once wait for each other here.
 */
export async function keepAlert(db: Database, tx: Tx, alert: AlertRow): Promise<boolean> {
  if (!(await db.insertOnce(tx, AlertEntity, alert))) return false;
  const { service, kind, subject } = alert;
  if (subject === null) return true;
  const same = { service, kind, subject };
  const newest = await tx.findOneOrFail(AlertEntity, { where: same, order: { raisedAt: 'DESC' }, ...db.forUpdate() });
  const over = { clearedAt: newest.raisedAt, supersededBy: newest.id };
  await tx.update(AlertEntity, { ...same, id: Not(newest.id), clearedAt: IsNull() }, over);
  return true;
}

/** True where its owner had not cleared it. One that nobody has heard of is kept as over, so that a late word of it opens nothing. */
export async function closeAlert(db: Database, tx: Tx, alert: AlertRow): Promise<boolean> {
  if (await keepAlert(db, tx, alert)) return false;
  const { id, clearedAt } = alert;
  const over = { clearedAt, supersededBy: null };
  const closed = await tx.update(AlertEntity, { id, clearedAt: IsNull() }, over);
  if (closed.affected === 1) return true;
  const superseded = await tx.update(AlertEntity, { id, supersededBy: Not(IsNull()) }, over);
  return superseded.affected === 1;
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
