import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';

/** The files that sessions use: those of the folder `files`, our own definitions, and keys made for this run. */
export function makeFiles(folder: string): string {
  const files = join(folder, 'files');
  cpSync(join(import.meta.dirname, 'files'), files, { recursive: true });
  const root = join(import.meta.dirname, '..', '..', '..');
  cpSync(join(root, 'config', 'crd'), join(files, 'crd'), { recursive: true });
  cpSync(join(root, 'examples', 'template-web.yaml'), join(files, 'template-web.yaml'));
  const openssl = (line: string): void => {
    execFileSync('openssl', line.split(' '), { cwd: files, stdio: 'ignore' });
  };
  openssl('req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=kc -keyout tls.key -out tls.crt');
  openssl('req -newkey rsa:2048 -nodes -subj /O=kc-devs/CN=kc-jane -keyout other.key -out csr.pem');
  return files;
}
