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
const isLocal = /^(localhost|127\.0\.0\.1|::1)$/.test(host);
const podAddress = process.env['DEVCLUSTER_POD_IP'];
// `localhost` is the pod first; but a process pod reaches the machine's own servers under this name, too.
const candidates = isLocal && podAddress !== undefined ? [podAddress, '127.0.0.1'] : [host];
const seconds = Number(values['wait'] ?? 10);
const say = (line: string): void => {
  if (values['verbose'] === true) process.stderr.write(`${line}\n`);
};

function attempt([address, ...others]: readonly string[]): void {
  const socket = connect({ host: address ?? host, port: Number(port), timeout: seconds * 1000 });
  const fail = (why: string): void => {
    socket.destroy();
    if (others.length > 0) attempt(others);
    else {
      say(`nc: connect to ${host} port ${port} (tcp) failed: ${why}`);
      process.exitCode = 1;
    }
  };
  const refused = (error: NodeJS.ErrnoException): void => fail(error.code === 'ECONNREFUSED' ? 'Connection refused' : error.message);
  socket.once('connect', () => {
    say(`Connection to ${host} ${port} port [tcp/*] succeeded!`);
    if (values['zero'] === true) {
      socket.destroy();
      return;
    }
    socket.setTimeout(0);
    socket.off('error', refused);
    socket.once('error', () => socket.destroy());
    process.stdin.pipe(socket).pipe(process.stdout);
  });
  socket.once('timeout', () => fail('Connection timed out'));
  socket.once('error', refused);
}

attempt(candidates);
