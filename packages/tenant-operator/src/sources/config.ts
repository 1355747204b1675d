/** What a registry says about its database, with the Secrets read. */
import { createHash } from 'node:crypto';
import type { Clock } from '@caretaker/kube';
import type { RegistrySpec } from '../api/types.ts';
import { SourceError } from './errors.ts';
import type { Source } from './source.ts';
import type { SqliteConfig } from './sqlite.ts';
import type { ServerConfig, TlsConfig } from './tls.ts';

export type SourceConfig =
  | { type: 'sqlite'; config: SqliteConfig }
  | { type: 'mysql'; config: ServerConfig }
  | { type: 'postgresql'; config: ServerConfig };

interface SecretKey {
  name: string;
  key: string;
}

type SpecSource = RegistrySpec['source'];
type Server = NonNullable<SpecSource['mysql']> | NonNullable<SpecSource['postgresql']>;

const serverOf = (source: SpecSource): Server | undefined =>
  source.type === 'mysql' ? source.mysql : source.type === 'postgresql' ? source.postgresql : undefined;

/** The keys of Secrets that a source needs, each once. */
export function secretKeysOf(source: SpecSource): SecretKey[] {
  const server = serverOf(source);
  if (!server) return [];
  const tls = server.tls?.mode === 'disable' ? undefined : server.tls;
  return [server.passwordRef, tls?.caRef, tls?.certRef, tls?.keyRef].filter((key) => key !== undefined);
}

function tlsOf(tls: Server['tls'], secret: (key: SecretKey) => string): TlsConfig | undefined {
  if (!tls || tls.mode === 'disable') return undefined;
  return {
    mode: tls.mode,
    ...(tls.caRef ? { ca: secret(tls.caRef) } : {}),
    ...(tls.certRef ? { cert: secret(tls.certRef) } : {}),
    ...(tls.keyRef ? { key: secret(tls.keyRef) } : {}),
  };
}

/** `secret` gives the text of a key or throws. @throws SourceError ConfigInvalid when the block of the type is missing. */
export function sourceConfig(source: SpecSource, secret: (key: SecretKey) => string): SourceConfig {
  if (source.type === 'sqlite') {
    if (!source.sqlite) throw new SourceError('ConfigInvalid', 'spec.source.sqlite is missing: the type is sqlite');
    return { type: 'sqlite', config: { path: source.sqlite.path, table: source.sqlite.table } };
  }
  const server = serverOf(source);
  if (!server) throw new SourceError('ConfigInvalid', `spec.source.${source.type} is missing: the type is ${source.type}`);
  const tls = tlsOf(server.tls, secret);
  const { host, port, username, database, table, passwordRef } = server;
  const config: ServerConfig = {
    host,
    port,
    username,
    database,
    table,
    ...(passwordRef ? { password: secret(passwordRef) } : {}),
    ...(tls ? { tls } : {}),
    ...('schema' in server ? { schema: server.schema } : {}),
    ...('notifyChannel' in server && server.notifyChannel !== undefined ? { notifyChannel: server.notifyChannel } : {}),
  };
  return { type: source.type, config };
}

/** Equal configurations have equal fingerprints; says nothing about the Secrets in it. */
export const fingerprint = (config: SourceConfig): string => createHash('sha256').update(JSON.stringify(config)).digest('hex');

/** Makes the source of a configuration. */
export type SourceFactory = (config: SourceConfig, clock: Clock) => Source | Promise<Source>;

/** Drivers are loaded when a registry needs them: together they are 30 MiB. */
export const openSource: SourceFactory = async (source, clock) => {
  switch (source.type) {
    case 'sqlite':
      return (await import('./sqlite.ts')).sqliteSource(source.config, clock);
    case 'mysql':
      return (await import('./mysql.ts')).mysqlSource(source.config, clock);
    case 'postgresql':
      return (await import('./postgresql.ts')).postgresqlSource(source.config, clock);
  }
};
