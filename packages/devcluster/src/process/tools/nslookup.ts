/** Stand-in for nslookup where the machine has none. */
import { getServers } from 'node:dns';
import { lookup } from 'node:dns/promises';

const name = process.argv[2] ?? 'localhost';
const server = getServers()[0] ?? '127.0.0.1';
process.stdout.write(`Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
try {
  for (const { address } of await lookup(name, { all: true })) process.stdout.write(`Name:\t${name}\nAddress: ${address}\n`);
} catch {
  process.stdout.write(`** server can't find ${name}: NXDOMAIN\n\n`);
  process.exitCode = 1;
}
