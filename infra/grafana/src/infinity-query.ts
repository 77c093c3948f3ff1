import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

export type Column = Readonly<{
  /** Below the rows, as in `counts.total`. */
  selector: string;
  text: string;
  type: 'string' | 'number' | 'timestamp' | 'boolean';
}>;

/** A GraphQL query to Tablekeep's own API, as the Infinity data source stores it. */
export type InfinityQuery = Dataquery & {
  refId: string;
  datasource: DataSourceRef;
  type: 'graphql';
  source: 'url';
  /** In Grafana's server: alerts and shared dashboards do without a browser. */
  parser: 'backend';
  format: 'table';
  /** Appended to the data source's address. */
  url: string;
  /** Where the answer's rows are. */
  root_selector: string;
  url_options: {
    method: 'POST';
    body_type: 'graphql';
    body_content_type: 'application/json';
    body_graphql_query: string;
    body_graphql_variables: string;
  };
  columns: Column[];
};

/** Provisioned under this id: infra/grafana/provisioning/datasources. */
export const API: DataSourceRef = { type: 'yesoreyeram-infinity-datasource', uid: 'tablekeep-api' };

/** The SDK knows no Infinity queries: this is one of its kind. */
export class InfinityQueryBuilder implements Builder<Dataquery> {
  readonly #query: InfinityQuery;

  constructor(query: string, rows: string, columns: readonly Column[]) {
    this.#query = {
      refId: 'A',
      datasource: API,
      type: 'graphql',
      source: 'url',
      parser: 'backend',
      format: 'table',
      url: '/graphql',
      root_selector: `data.${rows}`,
      url_options: {
        method: 'POST',
        body_type: 'graphql',
        body_content_type: 'application/json',
        body_graphql_query: query.replaceAll(/\s+/gu, ' ').trim(),
        body_graphql_variables: '{}',
      },
      columns: [...columns],
      _implementsDataqueryVariant: () => undefined,
    };
  }

  build(): Dataquery {
    return this.#query;
  }
}
