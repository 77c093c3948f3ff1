import type { EntitySchemaColumnOptions } from 'typeorm';

type Options = Readonly<{ nullable?: boolean }>;

/** Columns that behave alike on both engines. JSON is text: raw JSON comes back as text on one and an object on the other. */
export const column = {
  id: (options: Options = {}): EntitySchemaColumnOptions => ({ type: 'varchar', length: 36, ...options }),
  arn: (options: Options = {}): EntitySchemaColumnOptions => ({ type: 'varchar', length: 512, ...options }),
  text: (length: number, options: Options = {}): EntitySchemaColumnOptions => ({ type: 'varchar', length, ...options }),
  json: <_T = unknown>(options: Options = {}): EntitySchemaColumnOptions => ({ type: 'simple-json', ...options }),
  time: (options: Options = {}): EntitySchemaColumnOptions => ({ type: 'datetime', precision: 3, ...options }),
  int: (options: Options = {}): EntitySchemaColumnOptions => ({ type: 'int', ...options }),
  bool: (options: Options = {}): EntitySchemaColumnOptions => ({ type: 'boolean', ...options }),
  bigint: (options: Options = {}): EntitySchemaColumnOptions => ({
    type: 'bigint',
    ...options,
    transformer: {
      to: (value: unknown) => value,
      from: (value: unknown) => (value === null || value === undefined ? null : Number(value)),
    },
  }),
};
