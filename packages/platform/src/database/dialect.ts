/** The words of DDL that differ between the engines. Everything else is written in SQL that both understand. */
export type Dialect = Readonly<{
  kind: 'sqlite' | 'mysql';
  id: string;
  arn: string;
  json: string;
  time: string;
  nowDefault: string;
  bigint: string;
  int: string;
  bool: string;
  autoIncrementPk: string;
  /** Names in DynamoDB are case-sensitive: a case-insensitive collation would take `orders` for `Orders`. */
  tableOptions: string;
  varchar(length: number): string;
}>;

export const sqlite: Dialect = {
  kind: 'sqlite',
  id: 'CHAR(36)',
  arn: 'VARCHAR(512)',
  json: 'TEXT',
  time: 'DATETIME',
  // The text that TypeORM writes for a Date; "T…Z" beside it would sort wrongly.
  nowDefault: "(strftime('%Y-%m-%d %H:%M:%f','now'))",
  bigint: 'BIGINT',
  int: 'INTEGER',
  bool: 'BOOLEAN',
  autoIncrementPk: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  tableOptions: '',
  varchar: (length) => `VARCHAR(${length})`,
};

export const mysql: Dialect = {
  kind: 'mysql',
  id: 'CHAR(36)',
  arn: 'VARCHAR(512)',
  json: 'LONGTEXT',
  time: 'DATETIME(3)',
  nowDefault: 'CURRENT_TIMESTAMP(3)',
  bigint: 'BIGINT',
  int: 'INT',
  bool: 'TINYINT(1)',
  autoIncrementPk: 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY',
  tableOptions: 'ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  varchar: (length) => `VARCHAR(${length})`,
};
