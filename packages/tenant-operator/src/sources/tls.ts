/** Where a database server is and how it is spoken to, with the Secrets already read. */

export interface TlsConfig {
  mode: 'require' | 'verify-ca' | 'verify-full';
  /** PEM. */
  ca?: string;
  cert?: string;
  key?: string;
}

export interface ServerConfig {
  host: string;
  port: number;
  username: string;
  /** Never printed. */
  password?: string;
  database: string;
  /** PostgreSQL only. */
  schema?: string;
  /** PostgreSQL only: where changes are notified. */
  notifyChannel?: string;
  table: string;
  tls?: TlsConfig;
}
