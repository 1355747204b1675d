import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Programs that containers usually have and this machine may lack. */
const TOOLS = ['curl', 'wget', 'nc', 'nslookup'] as const;

/**
 * Makes a folder with small stand-ins for programs that people run in containers. It goes to the end of PATH, so that the machine's own programs come
 * first. Returns the folder.
 */
export function installTools(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const tool of TOOLS) {
    const script = fileURLToPath(new URL(`./tools/${tool}.ts`, import.meta.url));
    const file = join(folder, tool);
    writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${script}' "$@"\n`);
    chmodSync(file, 0o700);
  }
  return folder;
}
