import type { Known, SettingsSnapshot } from '@tablekeep/schema/settings';

type Line = string;

/** A Terraform import block and the aws_dynamodb_table it fills. Source: Terraform AWS provider, aws_dynamodb_table. */
export function terraformOf(table: SettingsSnapshot): string {
  const name = resourceName(table.tableName);
  const policy = valueOf(table.resourcePolicy);
  const blocks = [
    block('import', [`to = aws_dynamodb_table.${name}`, `id = ${text(table.tableName)}`]),
    block(`resource "aws_dynamodb_table" ${text(name)}`, bodyOf(table)),
    ...(policy === null
      ? []
      : [
          block('import', [`to = aws_dynamodb_resource_policy.${name}`, `id = ${text(table.tableArn)}`]),
          block(`resource "aws_dynamodb_resource_policy" ${text(name)}`, [
            `resource_arn = aws_dynamodb_table.${name}.arn`,
            `policy       = ${text(policy)}`,
          ]),
        ]),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Letters, digits, "_" and "-", not beginning with a digit. */
function resourceName(tableName: string): string {
  const plain = tableName.replace(/[^\w-]/gu, '_');
  return /^[A-Za-z_]/u.test(plain) ? plain : `table_${plain}`;
}

function bodyOf(table: SettingsSnapshot): Line[] {
  const [hash, range] = keyNames(table.keySchema);
  const recovery = valueOf(table.pointInTimeRecovery);
  const timeToLive = valueOf(table.timeToLive);
  const tags = (valueOf(table.tags) ?? []).filter((tag) => !tag.key.startsWith('aws:'));
  const scaled = (valueOf(table.autoScaling) ?? []).some((target) => target.index === null);
  return [
    `name                        = ${text(table.tableName)}`,
    `billing_mode                = ${text(table.billingMode)}`,
    ...unitLines(table.provisioned),
    `hash_key                    = ${text(hash ?? '')}`,
    ...(range === undefined ? [] : [`range_key                   = ${text(range)}`]),
    `table_class                 = ${text(table.tableClass)}`,
    `deletion_protection_enabled = ${table.deletionProtection}`,
    ...(table.stream
      ? ['stream_enabled              = true', `stream_view_type            = ${text(table.stream.viewType)}`]
      : []),
    ...table.attributes.flatMap((one) => nested('attribute', [`name = ${text(one.name)}`, `type = ${text(one.type)}`])),
    ...table.globalIndexes.flatMap((index) =>
      nested('global_secondary_index', [
        ...indexLines(index),
        ...unitLines(index.provisioned),
        ...maximumLines(index.onDemandMaximum),
      ]),
    ),
    ...table.localIndexes.flatMap((index) => nested('local_secondary_index', localLines(index))),
    ...maximumLines(table.onDemandMaximum),
    ...(recovery
      ? nested('point_in_time_recovery', [
          'enabled                 = true',
          `recovery_period_in_days = ${recovery.recoveryPeriodDays}`,
        ])
      : []),
    ...encryptionLines(table.encryption),
    ...(timeToLive ? nested('ttl', [`attribute_name = ${text(timeToLive.attribute)}`, 'enabled        = true']) : []),
    ...(tags.length > 0
      ? ['', 'tags = {', ...tags.map(({ key, value }) => `  ${text(key)} = ${text(value)}`), '}']
      : []),
    // Auto scaling moves them; Terraform would move them back.
    ...(scaled ? nested('lifecycle', ['ignore_changes = [read_capacity, write_capacity]']) : []),
  ];
}

type Units = Readonly<{ read: number; write: number }>;

function unitLines(units: Units | null): Line[] {
  return units === null
    ? []
    : [`read_capacity               = ${units.read}`, `write_capacity              = ${units.write}`];
}

function maximumLines(maximum: Units | null): Line[] {
  if (maximum === null) return [];
  return nested('on_demand_throughput', [
    `max_read_request_units  = ${maximum.read}`,
    `max_write_request_units = ${maximum.write}`,
  ]);
}

function indexLines({ name, keySchema, projection }: SettingsSnapshot['localIndexes'][number]): Line[] {
  const [hash, range] = keyNames(keySchema);
  return [
    `name            = ${text(name)}`,
    `hash_key        = ${text(hash ?? '')}`,
    ...(range === undefined ? [] : [`range_key       = ${text(range)}`]),
    ...projectionLines(projection),
  ];
}

/** A local index has the table's hash key, and Terraform takes none. */
function localLines({ name, keySchema, projection }: SettingsSnapshot['localIndexes'][number]): Line[] {
  const [, range] = keyNames(keySchema);
  return [`name            = ${text(name)}`, `range_key       = ${text(range ?? '')}`, ...projectionLines(projection)];
}

function projectionLines({ type, nonKeyAttributes }: SettingsSnapshot['localIndexes'][number]['projection']): Line[] {
  return [
    `projection_type = ${text(type)}`,
    ...(nonKeyAttributes.length > 0 ? [`non_key_attributes = [${nonKeyAttributes.map(text).join(', ')}]`] : []),
  ];
}

function encryptionLines({ type, kmsKeyArn }: SettingsSnapshot['encryption']): Line[] {
  if (type === 'AWS_OWNED') return [];
  const key = type === 'CUSTOMER_MANAGED' && kmsKeyArn !== null ? [`kms_key_arn = ${text(kmsKeyArn)}`] : [];
  return nested('server_side_encryption', ['enabled     = true', ...key]);
}

function keyNames(schema: SettingsSnapshot['keySchema']): readonly [string | undefined, string | undefined] {
  const of = (role: 'HASH' | 'RANGE') => schema.find((key) => key.role === role)?.attribute;
  return [of('HASH'), of('RANGE')];
}

function nested(name: string, lines: readonly Line[]): Line[] {
  return ['', ...block(name, lines)];
}

function block(head: string, lines: readonly Line[]): Line[] {
  return [`${head} {`, ...lines.map((line) => (line === '' ? '' : `  ${line}`)), '}'];
}

/** A quoted HCL string: as in JSON, and "${" and "%{" would begin a template. */
function text(value: string): string {
  return JSON.stringify(value).replace(/[$%](?=\{)/gu, (mark) => mark + mark);
}

/** What is not known is left out, as what is not there is. */
export function valueOf<T>(known: Known<T>): T | null {
  return known.state === 'known' ? known.value : null;
}
