import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** The port in a kubeconfig that an earlier demo wrote; undefined when there is none. */
export function portOfLastTime(kubeconfig: string): number | undefined {
  if (!existsSync(kubeconfig)) return undefined;
  const port = /^ *server: https:\/\/127\.0\.0\.1:(\d+)$/m.exec(readFileSync(kubeconfig, 'utf8'))?.[1];
  return port === undefined ? undefined : Number(port);
}

/**
 * The port to listen on; 0 is any free one. A cluster that is kept comes back where it was, as long as nobody else is there: copies of its kubeconfig and
 * whoever watches stay good.
 */
export async function choosePort(asked: number | undefined, lastTime: number | undefined): Promise<number> {
  if (asked !== undefined) return asked;
  return lastTime !== undefined && (await isFree(lastTime)) ? lastTime : 0;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
