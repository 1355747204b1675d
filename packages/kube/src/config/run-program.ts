import { execFile } from 'node:child_process';
import { at } from '../json/read.ts';

export interface ProgramResult {
  /** -1 when the program could not be started; `stderr` then says why. */
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. Never rejects. */
export type RunProgram = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  timeoutMs: number,
) => Promise<ProgramResult>;

export const runProgram: RunProgram = (command, args, env, timeoutMs) =>
  new Promise((resolve) => {
    const child = execFile(command, [...args], { env: { ...env }, timeout: timeoutMs, maxBuffer: 1 << 20 }, (error, stdout, stderr) => {
      const code = at(error, 'code');
      const exitCode = error === null ? 0 : typeof code === 'number' ? code : -1;
      resolve({ exitCode, stdout, stderr: stderr !== '' || error === null ? stderr : error.message });
    });
    child.stdin?.end();
  });
