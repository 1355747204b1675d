import { signalGroup, spawnChild } from './child.ts';

const MOST_OUTPUT = 64 * 1024;

/** Runs a program to its end. Never rejects: what cannot be started has exit code 126 or 127. */
export function runCommand(spec: {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
}): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    try {
      const child = spawnChild({ ...spec, stdin: false, tty: false });
      let output = '';
      const take = (chunk: Buffer): void => {
        if (output.length < MOST_OUTPUT) output += chunk.toString('utf8');
      };
      child.stdout?.on('data', take);
      child.stderr?.on('data', take);
      child.once('error', (error) => resolve({ exitCode: 126, output: error.message }));
      child.once('exit', () => signalGroup(child, 'SIGKILL'));
      child.once('close', (code) => resolve({ exitCode: code ?? 137, output }));
    } catch (error) {
      resolve({ exitCode: 127, output: error instanceof Error ? error.message : String(error) });
    }
  });
}
