import { createHash } from 'node:crypto';
import type { UpgradeSocket } from '../../server/contract.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export function requestedProtocols(upgrade: UpgradeSocket): string[] {
  const header = upgrade.request.headers['sec-websocket-protocol'];
  return (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

export function isWebSocket(upgrade: UpgradeSocket): boolean {
  return (upgrade.request.headers['upgrade'] ?? '').toLowerCase() === 'websocket';
}

/** Answers 101 (RFC 6455, 4.2.2). */
export function acceptWebSocket(upgrade: UpgradeSocket, protocol: string | undefined): void {
  const key = upgrade.request.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
  if (protocol !== undefined) lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
  upgrade.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
}

/** Answers 101 for SPDY/3.1; `protocol` is the sub-protocol in X-Stream-Protocol-Version. */
export function acceptSpdy(upgrade: UpgradeSocket, protocol: string): void {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: SPDY/3.1', 'Connection: Upgrade', `X-Stream-Protocol-Version: ${protocol}`];
  upgrade.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
}

/** Sub-protocols that a SPDY client offers. */
export function requestedSpdyProtocols(upgrade: UpgradeSocket): string[] {
  const header = upgrade.request.headers['x-stream-protocol-version'];
  return (Array.isArray(header) ? header : [header ?? '']).flatMap((value) => value.split(',')).map((name) => name.trim());
}

export function isSpdy(upgrade: UpgradeSocket): boolean {
  return (upgrade.request.headers['upgrade'] ?? '').toLowerCase() === 'spdy/3.1';
}
