/** Stand-in for netcat where the machine has none: -z (only look), -v, -n, -w SECONDS; otherwise a connection of the standard streams. */
import { connect } from 'node:net';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    zero: { type: 'boolean', short: 'z' },
    verbose: { type: 'boolean', short: 'v' },
    numeric: { type: 'boolean', short: 'n' },
    wait: { type: 'string', short: 'w' },
  },
});

const [host = 'localhost', port = '0'] = positionals;
// `localhost` is the pod, not the machine.
const address = /^(localhost|127\.0\.0\.1|::1)$/.test(host) ? (process.env['DEVCLUSTER_POD_IP'] ?? host) : host;
const seconds = Number(values['wait'] ?? 10);
const socket = connect({ host: address, port: Number(port), timeout: seconds * 1000 });
const say = (line: string): void => {
  if (values['verbose'] === true) process.stderr.write(`${line}\n`);
};
const fail = (why: string): void => {
  say(`nc: connect to ${host} port ${port} (tcp) failed: ${why}`);
  process.exit(1);
};

socket.once('connect', () => {
  say(`Connection to ${host} ${port} port [tcp/*] succeeded!`);
  if (values['zero'] === true) process.exit(0);
  socket.setTimeout(0);
  process.stdin.pipe(socket).pipe(process.stdout);
});
socket.once('timeout', () => fail('Connection timed out'));
socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code === 'ECONNREFUSED' ? 'Connection refused' : error.message));
