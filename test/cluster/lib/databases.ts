// Where the real databases of the tests are. A missing one is a failure with the way to start it, never a skip.
import { connect } from 'node:net';

export interface DatabaseAddress {
  host: string;
  port: number;
  user: string;
  password: string;
}

function address(variable: string, fallback: string): DatabaseAddress {
  const url = new URL(process.env[variable] ?? fallback);
  return { host: url.hostname, port: Number(url.port), user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
}

/** MariaDB or MySQL: CARETAKER_MYSQL_URL, default root without a password on 127.0.0.1:3306. */
export const mysqlAddress = (): DatabaseAddress => address('CARETAKER_MYSQL_URL', 'mysql://root@127.0.0.1:3306');

/** PostgreSQL: CARETAKER_POSTGRES_URL, default postgres (trust) on 127.0.0.1:5432. */
export const postgresAddress = (): DatabaseAddress => address('CARETAKER_POSTGRES_URL', 'postgresql://postgres@127.0.0.1:5432');

/** Rejects with what to do when nothing listens there. */
export async function requireListening(name: string, { host, port }: DatabaseAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port, timeout: 5000 });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    const fail = (): void => {
      socket.destroy();
      reject(new Error(`${name} does not answer at ${host}:${port}; test/cluster/services.sh starts it, or set its CARETAKER_…_URL`));
    };
    socket.once('error', fail);
    socket.once('timeout', fail);
  });
}
