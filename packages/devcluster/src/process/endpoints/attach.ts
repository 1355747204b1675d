import type { ConnectHandler } from '../../server/contract.ts';
import { resizeTerminal } from '../child.ts';
import type { ContainerLog } from '../container-log.ts';
import type { ProcessContainer } from '../process-pod.ts';
import type { ProcessPods } from '../process-pods.ts';
import type { RemoteStreams } from '../streams/remote-streams.ts';
import { SUCCESS } from '../streams/remote-streams.ts';
import type { WantedStreams } from '../streams/spdy-streams.ts';
import { openStreams, runningContainer, upgradeOf, wantedStreams } from './exec.ts';

/** pods/NAME/attach: the streams of the container's own process. */
export function podAttach(processes: ProcessPods | undefined): ConnectHandler {
  return async (request, pod) => {
    const { container } = runningContainer(processes, pod, request, 'attach to');
    const wanted = wantedStreams(request.query);
    const streams = await openStreams(upgradeOf(request), { ...wanted, tty: wanted.tty && container.tty });
    if (streams) attach(container, streams, wanted);
    return { hijacked: true };
  };
}

function attach(container: ProcessContainer, streams: RemoteStreams, wanted: WantedStreams): void {
  const { child, log } = container;
  // What an interactive program printed before anybody could look (a prompt, mostly) is shown first.
  if (child?.stdin && wanted.stdin) streams.write('stdout', Buffer.from(soFar(log)));
  const off = log.onOutput((stream, chunk) => {
    const to = container.tty ? 'stdout' : stream;
    if (wanted[to]) streams.write(to, chunk);
  });
  const input = child?.stdin;
  if (input && streams.stdin) {
    streams.stdin.on('data', (chunk: Buffer) => input.write(chunk));
    streams.stdin.once('end', () => input.end());
  }
  if (child) streams.onResize(({ width, height }) => resizeTerminal(child, width, height));
  streams.onClose(off);
  // As with a real node the exit code is in the pod's status, not in the attached stream.
  void container.ended.then(() => {
    off();
    streams.finish(SUCCESS);
  });
}

function soFar(log: ContainerLog): string {
  let text = '';
  for (let { from, to } = log.range; from < to; from += 1) {
    const line = log.line(from);
    if (line) text += line.text + (line.complete ? '\n' : '');
  }
  return text;
}
