import type { Readable } from 'node:stream';

/** meta/v1 Status on the error channel. */
export interface RemoteStatus {
  metadata: Record<string, never>;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: { causes: { reason: string; message: string }[] };
}

export interface TerminalSize {
  width: number;
  height: number;
}

/** The channels of exec and attach, whatever carries them. */
export interface RemoteStreams {
  /** What the client types; ends when it closes its input. Absent when none was asked for. */
  readonly stdin: Readable | undefined;
  /** False: wait for `drained` before more. */
  write(stream: 'stdout' | 'stderr', chunk: Buffer): boolean;
  drained(then: () => void): void;
  onResize(handler: (size: TerminalSize) => void): void;
  /** Called once when the client is gone. */
  onClose(handler: () => void): void;
  /** Sends the result and closes. */
  finish(status: RemoteStatus): void;
}

export const SUCCESS: RemoteStatus = { metadata: {}, status: 'Success' };

/** How kubectl learns an exit code. */
export function exitStatus(exitCode: number): RemoteStatus {
  if (exitCode === 0) return SUCCESS;
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

export function failureStatus(message: string): RemoteStatus {
  return { metadata: {}, status: 'Failure', message, reason: 'InternalError' };
}

export function parseSize(payload: Buffer): TerminalSize | undefined {
  try {
    const parsed: unknown = JSON.parse(payload.toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('Width' in parsed) || !('Height' in parsed)) return undefined;
    const { Width: width, Height: height } = parsed;
    return typeof width === 'number' && typeof height === 'number' ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}
