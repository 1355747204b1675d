/** The sources over TLS against servers that refuse anything else: what each mode accepts and what it refuses. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mysqlSource } from '../../packages/tenant-operator/src/sources/mysql.ts';
import { postgresqlSource } from '../../packages/tenant-operator/src/sources/postgresql.ts';
import type { Source } from '../../packages/tenant-operator/src/sources/source.ts';
import type { ServerConfig, TlsConfig } from '../../packages/tenant-operator/src/sources/tls.ts';
import { readAll } from '../../packages/tenant-operator/test/sources/conformance.ts';
import { realClock } from '../../packages/tenant-operator/test/sources/real-clock.ts';
import { startTlsDatabases, type TlsDatabases } from './lib/tls-databases.ts';

/** Its certificate names the address that it is reached at, and not `localhost`. */
const named = await startTlsDatabases(26_500, 'IP:127.0.0.1');
/** Its certificate is for a name that is not how it is reached. */
const misnamed = await startTlsDatabases(26_510, 'DNS:localhost');
after(() => Promise.all([named.stop(), misnamed.stop()]));

interface Subject {
  name: string;
  source(at: TlsDatabases, tls: TlsConfig | undefined): Source;
}

const configOf = (tls: TlsConfig | undefined): Omit<ServerConfig, 'port' | 'username' | 'database' | 'table'> => ({
  host: '127.0.0.1',
  ...(tls === undefined ? {} : { tls }),
});

const subjects: Subject[] = [
  {
    name: 'mysql',
    source: (at, tls) =>
      mysqlSource({ ...configOf(tls), port: at.mysqlPort, username: 'root', database: 'information_schema', table: 'ENGINES' }, realClock),
  },
  {
    name: 'postgresql',
    source: (at, tls) =>
      postgresqlSource(
        { ...configOf(tls), port: at.postgresPort, username: 'postgres', database: 'postgres', schema: 'pg_catalog', table: 'pg_am' },
        realClock,
      ),
  },
];

for (const { name, source } of subjects) {
  const column = name === 'mysql' ? 'ENGINE' : 'amname';
  const read = async (at: TlsDatabases, tls: TlsConfig | undefined): Promise<number> => {
    const opened = source(at, tls);
    try {
      return (await readAll(opened, [column])).length;
    } finally {
      await opened.close();
    }
  };

  test(`${name}: rows come over TLS in each mode that the certificate satisfies`, async () => {
    assert.ok((await read(named, { mode: 'require' })) > 0);
    assert.ok((await read(named, { mode: 'verify-ca', ca: named.ca })) > 0);
    assert.ok((await read(named, { mode: 'verify-full', ca: named.ca })) > 0);
  });

  test(`${name}: a certificate of another authority is refused by verify-ca and verify-full`, async () => {
    for (const mode of ['verify-ca', 'verify-full'] as const)
      await assert.rejects(read(named, { mode, ca: named.strangerCa }), { code: 'TLSFailed' }, mode);
  });

  test(`${name}: a certificate for another name is refused by verify-full alone`, async () => {
    assert.ok((await read(misnamed, { mode: 'verify-ca', ca: misnamed.ca })) > 0);
    await assert.rejects(read(misnamed, { mode: 'verify-full', ca: misnamed.ca }), { code: 'TLSFailed' });
  });

  test(`${name}: without TLS such a server lets nobody in`, async () => {
    await assert.rejects(read(named, undefined));
  });
}
