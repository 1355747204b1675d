import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '@caretaker/kube';
import { nameOf, namespaceOf, uidOf } from '../workloads/machinery/objects.ts';

/** Where the API server is, as a pod sees it. */
export interface ServerAddress {
  url: string;
  caPem: string;
}

/** The files of one pod: a working directory, its service account and a kubeconfig that uses it. Readable by the user alone. */
export class PodFiles {
  readonly root: string;
  readonly work: string;
  readonly serviceAccount: string;
  readonly kubeconfig: string;

  constructor(directory: string, pod: KubeObject) {
    this.root = join(directory, `${namespaceOf(pod)}_${nameOf(pod)}_${uidOf(pod)}`);
    this.work = join(this.root, 'work');
    this.serviceAccount = join(this.root, 'serviceaccount');
    this.kubeconfig = join(this.root, 'kubeconfig');
    for (const folder of [this.work, this.serviceAccount]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  writeServiceAccount(namespace: string, token: string, server: ServerAddress): void {
    this.writeToken(token);
    const mode = 0o600;
    writeFileSync(join(this.serviceAccount, 'ca.crt'), server.caPem, { mode });
    writeFileSync(join(this.serviceAccount, 'namespace'), namespace, { mode });
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'devcluster', cluster: { server: server.url, 'certificate-authority': join(this.serviceAccount, 'ca.crt') } }],
      users: [{ name: 'serviceaccount', user: { tokenFile: join(this.serviceAccount, 'token') } }],
      contexts: [{ name: 'pod', context: { cluster: 'devcluster', user: 'serviceaccount', namespace } }],
      'current-context': 'pod',
    };
    // JSON is YAML.
    writeFileSync(this.kubeconfig, `${JSON.stringify(config, undefined, 2)}\n`, { mode });
  }

  writeToken(token: string): void {
    writeFileSync(join(this.serviceAccount, 'token'), token, { mode: 0o600 });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
