import { connect } from 'node:net';
import type { KubeObject } from '@caretaker/kube';
import type { ConnectHandler, UpgradeSocket } from '../../server/contract.ts';
import { dialFault } from '../../wire/go-dial.ts';
import { nameOf } from '../../workloads/machinery/objects.ts';
import type { ProcessPods } from '../process-pods.ts';
import type { SpdyStream } from '../spdy/session.ts';
import { SpdySession } from '../spdy/session.ts';
import { webSocketDuplex } from '../websocket/connection.ts';
import { acceptSpdy, acceptWebSocket, isSpdy, requestedProtocols, requestedSpdyProtocols } from '../websocket/handshake.ts';
import { badRequest, requireNode } from './container.ts';
import { upgradeOf } from './exec.ts';

const PROTOCOL = 'portforward.k8s.io';
const TUNNEL = `SPDY/3.1+${PROTOCOL}`;

/** pods/NAME/portforward: SPDY/3.1, in a WebSocket (kubectl 1.31 and newer) or on the connection itself. */
export function podPortForward(processes: ProcessPods | undefined): ConnectHandler {
  return async (request, pod) => {
    requireNode(pod);
    const held = processes?.find(pod);
    if (!held) throw badRequest(`pod ${nameOf(pod)} is simulated: nothing listens in it, so no port can be forwarded`);
    const upgrade = upgradeOf(request);
    const wire = openWire(upgrade);
    const address = held.ip;
    const pending = new Map<string, SpdyStream>();
    new SpdySession(wire, (stream) => {
      // The error stream of a connection comes first, its data stream second; `requestid` pairs them.
      const id = stream.headers['requestid'] ?? stream.headers['port'] ?? '';
      if (stream.headers['streamtype'] === 'error') {
        stream.resume();
        pending.set(id, stream);
      } else {
        forward(pod, stream, pending.get(id), address);
        pending.delete(id);
      }
    });
    return { hijacked: true };
  };
}

function openWire(upgrade: UpgradeSocket) {
  if (isSpdy(upgrade)) {
    if (!requestedSpdyProtocols(upgrade).includes(PROTOCOL)) throw badRequest(`unable to upgrade: ${PROTOCOL} is needed`);
    acceptSpdy(upgrade, PROTOCOL);
    if (upgrade.head.length > 0) upgrade.socket.unshift(upgrade.head);
    return upgrade.socket;
  }
  if (!requestedProtocols(upgrade).includes(TUNNEL)) throw badRequest(`unable to upgrade: ${TUNNEL} is needed`);
  acceptWebSocket(upgrade, TUNNEL);
  return webSocketDuplex(upgrade.socket, upgrade.head);
}

function forward(pod: KubeObject, data: SpdyStream, errors: SpdyStream | undefined, host: string): void {
  const port = Number(data.headers['port'] ?? 0);
  const socket = connect({ host, port, allowHalfOpen: true });
  socket.once('error', (error: NodeJS.ErrnoException) => {
    const why = dialFault(error, 'tcp4', `${host}:${port}`);
    errors?.end(`error forwarding port ${port} to pod ${nameOf(pod)}: ${why}`);
    data.end();
    socket.destroy();
  });
  socket.once('connect', () => {
    data.pipe(socket);
    socket.pipe(data);
  });
  socket.once('close', () => {
    if (!errors?.writableEnded) errors?.end();
    if (!data.writableEnded) data.end();
  });
  data.once('close', () => socket.destroy());
  data.once('error', () => socket.destroy());
}
