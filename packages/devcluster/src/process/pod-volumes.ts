import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { namespaceOf } from '../workloads/machinery/objects.ts';
import { items, text } from '../workloads/machinery/read.ts';
import { claimNames } from '../workloads/scheduler/claims.ts';
import { type VolumeFile, type VolumeSources, volumeFiles } from './volume-files.ts';

/** The volumes of one process pod as folders of this machine. */
export class PodVolumes {
  readonly #root: string;
  readonly #claims: string;
  readonly #sources: () => VolumeSources;

  /** `claims`: where volumes of claims are, which outlive the pod. */
  constructor(root: string, claims: string, sources: () => VolumeSources) {
    this.#root = root;
    this.#claims = claims;
    this.#sources = sources;
  }

  /** Makes every volume what it is to be now. Files that are right already are not touched; others change at once, never half. */
  sync(): void {
    const sources = this.#sources();
    for (const volume of items(sources.pod, 'spec', 'volumes')) {
      const folder = this.folderOf(text(volume, 'name'));
      if (folder === undefined || text(volume, 'hostPath', 'path') !== '') continue;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const files = volumeFiles(volume, sources);
      if (files) writeFiles(folder, files);
    }
  }

  folderOf(name: string): string | undefined {
    const { pod } = this.#sources();
    const volume = items(pod, 'spec', 'volumes').find((one) => text(one, 'name') === name);
    if (volume === undefined) return undefined;
    const host = text(volume, 'hostPath', 'path');
    if (host !== '') return host;
    const [claim] = claimNames({ ...pod, spec: { volumes: [volume] } });
    return claim === undefined ? join(this.#root, name) : join(this.#claims, `${namespaceOf(pod)}_${claim}`);
  }
}

function writeFiles(folder: string, files: ReadonlyMap<string, VolumeFile>): void {
  for (const [path, { contents, mode }] of files) {
    const file = join(folder, path);
    if (relative(folder, file).startsWith('..') || isSame(file, contents)) continue;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const next = `${file}.next`;
    writeFileSync(next, contents, { mode: 0o600 });
    // The user's own rights of the mode: the pod runs as the user, and nobody else is to read.
    chmodSync(next, (mode & 0o700) | 0o400);
    renameSync(next, file);
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (entry.isFile() && !files.has(path)) rmSync(join(folder, path));
  }
}

function isSame(file: string, contents: Buffer): boolean {
  return existsSync(file) && readFileSync(file).equals(contents);
}
