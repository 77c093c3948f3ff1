import type { Insights, KinesisDestination } from './attached.ts';

/** A DynamoDB table as the emulator keeps it: AWS's own member names where a structure goes in and out unchanged. */

export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

export interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: string;
}

export interface Projection {
  readonly ProjectionType?: string;
  readonly NonKeyAttributes?: readonly string[];
}

export interface Throughput {
  read: number;
  write: number;
  lastIncrease: number | null;
  lastDecrease: number | null;
  /** Times of the decreases of the current UTC day, ms. */
  decreases: number[];
}

/** -1 means no maximum, as on the wire. */
export interface OnDemandThroughput {
  readonly MaxReadRequestUnits?: number;
  readonly MaxWriteRequestUnits?: number;
}

export interface LocalIndex {
  readonly name: string;
  readonly keys: readonly KeyElement[];
  readonly projection: Projection;
}

export interface GlobalIndex extends LocalIndex {
  status: 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE';
  backfilling: boolean;
  throughput: Throughput;
  onDemand: OnDemandThroughput | null;
  /** What it was warmed up to; absent: never. */
  warm?: Warmth;
}

export type Warmth = Readonly<{ read: number; write: number }>;

export interface TimeToLive {
  status: 'ENABLING' | 'ENABLED' | 'DISABLING' | 'DISABLED';
  attribute: string | null;
  changedAt: number | null;
}

export interface Recovery {
  readonly days: number;
  readonly since: number;
}

export interface ResourcePolicy {
  readonly document: string;
  readonly revision: string;
  readonly changedAt: number;
}

export interface Replica {
  readonly region: string;
  status: 'CREATING' | 'ACTIVE' | 'DELETING';
}

export type TableStatus = 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE';

export interface Table {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  /** The name its items are kept under: never reused, so a new table of the same name starts empty. */
  readonly physical: string;
  readonly created: number;
  status: TableStatus;
  readonly keys: readonly KeyElement[];
  attributes: readonly AttributeDefinition[];
  globalIndexes: GlobalIndex[];
  readonly localIndexes: readonly LocalIndex[];
  billing: 'PROVISIONED' | 'PAY_PER_REQUEST';
  /** When the table last became on-demand; null keeps BillingModeSummary absent, as for tables always provisioned. */
  onDemandSince: number | null;
  switchesToOnDemand: number[];
  throughput: Throughput;
  onDemand: OnDemandThroughput | null;
  /** What it was warmed up to; absent: never. A restore brings it not back. */
  warm?: Warmth;
  tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';
  /** Times of the changes of class, ms. None and STANDARD: TableClassSummary is absent. */
  classChanges: number[];
  /** null: the key AWS owns, SSEDescription absent. */
  encryption: { readonly keyArn: string; status: 'ENABLED' | 'UPDATING' } | null;
  stream: { readonly view: string; readonly label: string; readonly enabled: boolean } | null;
  deletionProtection: boolean;
  tags: Record<string, string>;
  timeToLive: TimeToLive;
  recovery: Recovery | null;
  policy: ResourcePolicy | null;
  /** By index name, '' for the table itself. Absent: never touched. */
  insights?: Record<string, Insights>;
  kinesis?: KinesisDestination[];
  /** The other tables of a global table. Absent: it never was one. */
  replicas?: Replica[];
  /** A replica that is being made: the Region whose table gives it its items. */
  filledFrom?: string;
  itemCount: number;
  sizeBytes: number;
  countedAt: number;
  restoredFrom: {
    readonly backupArn: string;
    readonly tableArn: string;
    readonly at: number;
    inProgress: boolean;
  } | null;
}

/** What of a table a recovery point keeps: that which a restore brings back. */
export interface TableShape {
  readonly keys: readonly KeyElement[];
  readonly attributes: readonly AttributeDefinition[];
  readonly globalIndexes: readonly (LocalIndex & {
    readonly read: number;
    readonly write: number;
    readonly onDemand: OnDemandThroughput | null;
  })[];
  readonly localIndexes: readonly LocalIndex[];
  readonly billing: Table['billing'];
  readonly read: number;
  readonly write: number;
  readonly onDemand: OnDemandThroughput | null;
  readonly keyArn: string | null;
}

export const tableArn = (region: string, account: string, name: string): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${name}`;

export const streamArn = (table: Table, label: string): string => `${table.arn}/stream/${label}`;

export const freshThroughput = (read: number, write: number): Throughput => ({
  read,
  write,
  lastIncrease: null,
  lastDecrease: null,
  decreases: [],
});

export const shapeOf = (table: Table): TableShape => ({
  keys: table.keys,
  attributes: table.attributes,
  globalIndexes: table.globalIndexes
    .filter((index) => index.status !== 'DELETING')
    .map(({ name, keys, projection, throughput, onDemand }) => ({
      name,
      keys,
      projection,
      read: throughput.read,
      write: throughput.write,
      onDemand,
    })),
  localIndexes: table.localIndexes,
  billing: table.billing,
  read: table.throughput.read,
  write: table.throughput.write,
  onDemand: table.onDemand,
  keyArn: table.encryption?.keyArn ?? null,
});
