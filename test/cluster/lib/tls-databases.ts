// A MariaDB and a PostgreSQL of our own that speak TLS with certificates made for the test: `right` names 127.0.0.1, `other` names somewhere else.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { requireListening } from './databases.ts';

const run = promisify(execFile);

export interface TlsDatabases {
  mysqlPort: number;
  postgresPort: number;
  /** PEM of the authority that signed the servers' certificate. */
  ca: string;
  /** PEM of an authority that signed nothing here. */
  strangerCa: string;
  stop(): Promise<void>;
}

async function authority(folder: string, name: string): Promise<string> {
  const file = (ending: string): string => join(folder, `${name}.${ending}`);
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    file('key'),
    '-out',
    file('crt'),
  ]);
  return readFileSync(file('crt'), 'utf8');
}

async function certificate(folder: string, name: string, alternative: string): Promise<void> {
  const file = (ending: string): string => join(folder, `${name}.${ending}`);
  await run('openssl', ['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', file('key'), '-out', file('csr')]);
  writeFileSync(file('ext'), `subjectAltName=${alternative}\n`);
  const signing = [
    '-CA',
    join(folder, 'ca.crt'),
    '-CAkey',
    join(folder, 'ca.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    file('ext'),
  ];
  await run('openssl', ['x509', '-req', '-in', file('csr'), '-out', file('crt'), ...signing]);
}

/** A server process as another user (databases refuse root), in a group of its own; resolves to what ends it. */
async function serve(name: string, port: number, user: string, command: string[]): Promise<() => Promise<void>> {
  const child = spawn('setpriv', [`--reuid=${user}`, `--regid=${user}`, '--init-groups', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const ended = once(child, 'exit');
  for (let tries = 0; ; tries++) {
    try {
      await requireListening(name, { host: '127.0.0.1', port, user, password: '' });
      break;
    } catch (error) {
      if (child.exitCode !== null || tries > 150) throw new Error(`${name} did not start: ${said}`, { cause: error });
      await pause(100);
    }
  }
  return async () => {
    child.kill('SIGTERM');
    await ended;
  };
}

/** @param port the first of two free ports @param names subject alternative names of the servers' certificate, e.g. `IP:127.0.0.1` */
export async function startTlsDatabases(port: number, names: string): Promise<TlsDatabases> {
  const folder = mkdtempSync(join(tmpdir(), 'caretaker-tls-'));
  chmodSync(folder, 0o755);
  const ca = await authority(folder, 'ca');
  const strangerCa = await authority(folder, 'stranger');
  await certificate(folder, 'server', names);

  const mysql = join(folder, 'mysql');
  const at = (base: string, name: string): string => join(base, name);
  await run('install', ['-d', '-o', 'mysql', '-g', 'mysql', mysql]);
  await run('install', ['-o', 'mysql', '-m', '0600', at(folder, 'server.key'), at(mysql, 'server.key')]);
  await run('mariadb-install-db', [
    '--no-defaults',
    '--user=mysql',
    `--datadir=${mysql}/data`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  const certificates = [`--ssl-cert=${folder}/server.crt`, `--ssl-key=${mysql}/server.key`, `--ssl-ca=${folder}/ca.crt`];
  const stopMysql = await serve('MariaDB', port, 'mysql', [
    ...['mariadbd', '--no-defaults', `--datadir=${mysql}/data`, `--socket=${mysql}/socket`, `--pid-file=${mysql}/pid`],
    ...[`--port=${port}`, '--bind-address=127.0.0.1', '--require-secure-transport', ...certificates],
  ]);

  const [bin] = globSync('/usr/lib/postgresql/*/bin').sort().reverse();
  if (bin === undefined) throw new Error('no PostgreSQL server is installed; test/cluster/services.sh installs it');
  const postgres = join(folder, 'postgres');
  await run('install', ['-d', '-o', 'postgres', '-g', 'postgres', '-m', '0700', postgres]);
  await run('setpriv', [
    '--reuid=postgres',
    '--regid=postgres',
    '--init-groups',
    join(bin, 'initdb'),
    '-D',
    `${postgres}/data`,
    '-U',
    'postgres',
    '-A',
    'trust',
  ]);
  await run('install', ['-o', 'postgres', '-m', '0600', at(folder, 'server.key'), at(postgres, 'server.key')]);
  writeFileSync(`${postgres}/data/pg_hba.conf`, 'hostssl all all 127.0.0.1/32 trust\n');
  const settings = {
    ssl: 'on',
    ssl_cert_file: `${folder}/server.crt`,
    ssl_key_file: `${postgres}/server.key`,
    listen_addresses: '127.0.0.1',
    port: port + 1,
    unix_socket_directories: '',
  };
  const stopPostgres = await serve('PostgreSQL', port + 1, 'postgres', [
    ...[join(bin, 'postgres'), '-D', `${postgres}/data`],
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ]);

  return {
    mysqlPort: port,
    postgresPort: port + 1,
    ca,
    strangerCa,
    async stop() {
      await Promise.all([stopMysql(), stopPostgres()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
