import type { SslOptions } from 'mysql2';
import type { MysqlConfig } from './model.ts';

/** What mysql2 is told. Its own default takes any certificate that the authority has signed, whatever host it names. */
export function sslOf({ tls }: MysqlConfig): { ssl?: SslOptions } {
  if (tls === undefined) return {};
  return { ssl: { verifyIdentity: true, ...(tls.ca !== undefined && { ca: tls.ca }) } };
}
