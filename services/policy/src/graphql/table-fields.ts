import { NotFoundError } from '@tablekeep/platform/errors';
import type { Known } from '@tablekeep/schema/settings';
import { notBroughtBack } from '../domain/protection-status.ts';
import type { PolicyRow, UnreadableTableRow } from '../store/entities.ts';
import type { TableResolvers } from './resolver-types.ts';

const valueOf = <T>(known: Known<T>): T | null => (known.state === 'known' ? known.value : null);
const capacity = (units: { read: number; write: number } | null) =>
  units && { readCapacityUnits: units.read, writeCapacityUnits: units.write };
const keys = (schema: readonly { attribute: string; role: string }[]) =>
  schema.map(({ attribute, role }) => ({ attribute, role }));

const unread = (row: UnreadableTableRow | null) => (row ? [`The last scan could not read it: ${row.reason}`] : []);

/** Fields of a table, from the settings of its last scan. */
export const tableFields: Omit<TableResolvers, '__resolveReference'> = {
  account: async (table, _args, { loaders }) => {
    const account = await loaders.account.load(table.accountId);
    if (!account) throw new NotFoundError(`There is no account ${table.accountId}`);
    return account;
  },
  tableId: ({ settings }) => settings.tableId,
  unreadableBecause: async ({ arn, vanishedAt }, _args, { loaders }) =>
    vanishedAt === null ? ((await loaders.unreadable.load(arn))?.reason ?? null) : null,
  scannedAt: (table) => table.scanStartedAt,
  keys: ({ settings }) => keys(settings.keySchema),
  indexes: ({ settings }) => [
    ...settings.globalIndexes.map((index) => ({
      name: index.name,
      kind: 'GLOBAL',
      keys: keys(index.keySchema),
      projection: index.projection.type,
      provisioned: capacity(index.provisioned),
    })),
    ...settings.localIndexes.map((index) => ({
      name: index.name,
      kind: 'LOCAL',
      keys: keys(index.keySchema),
      projection: index.projection.type,
      provisioned: null,
    })),
  ],
  tableClass: ({ settings }) => settings.tableClass,
  billingMode: ({ settings }) => settings.billingMode,
  provisioned: ({ settings }) => capacity(settings.provisioned),
  onDemandMaximum: ({ settings: { onDemandMaximum: maximum } }) =>
    maximum && { readRequestUnits: maximum.read, writeRequestUnits: maximum.write },
  deletionProtection: ({ settings }) => settings.deletionProtection,
  encryption: ({ settings }) => settings.encryption,
  stream: ({ settings }) => settings.stream,
  replicas: ({ settings }) => settings.replicas,
  timeToLiveAttribute: ({ settings }) => valueOf(settings.timeToLive)?.attribute ?? null,
  pointInTimeRecoveryDays: ({ settings }) => valueOf(settings.pointInTimeRecovery)?.recoveryPeriodDays ?? null,
  tags: ({ settings }) => valueOf(settings.tags) ?? [],
  unknownSettings: ({ settings }) =>
    (['tags', 'timeToLive', 'pointInTimeRecovery', 'resourcePolicy'] as const).flatMap((name) => {
      const known = settings[name];
      return known.state === 'unknown' ? [`${name}: ${known.because}`] : [];
    }),
  sizeBytes: ({ settings }) => settings.sizeBytes,
  itemCount: ({ settings }) => settings.itemCount,
  protection: async (table, _args, { loaders }) => (await loaders.protection(table)).status,
  protectionReason: async (table, _args, { loaders }) =>
    [
      (await loaders.protection(table)).reason,
      ...unread(await loaders.unreadable.load(table.arn)),
      ...notBroughtBack(table.settings),
    ].join(' '),
  unsupportedFeatures: ({ settings }) => notBroughtBack(settings),
  policies: async (table, _args, { loaders }) => {
    const { policyIds } = await loaders.protection(table);
    const found = await loaders.policy.loadMany([...policyIds]);
    return found.filter((policy): policy is PolicyRow => policy !== null && !(policy instanceof Error));
  },
  lastBackupAt: (table, _args, { loaders }) => loaders.lastBackup(table),
};
