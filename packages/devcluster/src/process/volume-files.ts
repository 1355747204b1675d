import type { KubeObject } from '@caretaker/kube';
import type { Lookup } from '../workloads/kubelet/references.ts';
import { annotationsOf, labelsOf } from '../workloads/machinery/objects.ts';
import type { Fields } from '../workloads/machinery/read.ts';
import { at, fields, integer, items, strings, text } from '../workloads/machinery/read.ts';
import { type PodAddress, podField, resourceField } from './environment.ts';

export interface VolumeFile {
  contents: Buffer;
  mode: number;
}

/** What the files of a volume are made from. */
export interface VolumeSources {
  pod: KubeObject;
  address: PodAddress;
  lookup: Lookup;
  token(audience: string, lifetimeSeconds: number): string | undefined;
}

const DEFAULT_MODE = 0o644;

/**
 * The files of a volume by their path in it, as a node projects them: ConfigMap, Secret, downward API, tokens, or several of these together. Undefined for
 * volumes that hold what their pods write.
 */
export function volumeFiles(volume: unknown, sources: VolumeSources): Map<string, VolumeFile> | undefined {
  const projected = fields(volume, 'projected');
  if ('sources' in projected) {
    const mode = integer(projected, 'defaultMode') ?? DEFAULT_MODE;
    const parts = items(projected, 'sources').map((source) => sourceFiles(fields(source), mode, sources));
    return new Map(parts.flatMap((part) => [...(part ?? [])]));
  }
  return sourceFiles(fields(volume), undefined, sources);
}

function sourceFiles(source: Fields, outerMode: number | undefined, sources: VolumeSources): Map<string, VolumeFile> | undefined {
  const mode = (member: string): number => outerMode ?? integer(source, member, 'defaultMode') ?? DEFAULT_MODE;
  if ('configMap' in source) {
    const map = sources.lookup('ConfigMap', text(source, 'configMap', 'name'));
    const data = new Map(Object.entries(strings(map, 'data')).map(([key, value]) => [key, Buffer.from(value)]));
    for (const [key, value] of Object.entries(strings(map, 'binaryData'))) data.set(key, Buffer.from(value, 'base64'));
    return chosen(data, items(source, 'configMap', 'items'), mode('configMap'));
  }
  if ('secret' in source) {
    const name = text(source, 'secret', 'secretName') || text(source, 'secret', 'name');
    const data = Object.entries(strings(sources.lookup('Secret', name), 'data'));
    const decoded = new Map(data.map(([key, value]) => [key, Buffer.from(value, 'base64')]));
    return chosen(decoded, items(source, 'secret', 'items'), mode('secret'));
  }
  if ('downwardAPI' in source) {
    return new Map(
      items(source, 'downwardAPI', 'items').map((item) => [text(item, 'path'), downwardFile(item, mode('downwardAPI'), sources)]),
    );
  }
  if ('serviceAccountToken' in source) {
    const lifetime = integer(source, 'serviceAccountToken', 'expirationSeconds') ?? 3600;
    const token = sources.token(text(source, 'serviceAccountToken', 'audience'), lifetime);
    const path = text(source, 'serviceAccountToken', 'path');
    return new Map(token === undefined ? [] : [[path, { contents: Buffer.from(token), mode: mode('') }]]);
  }
  return undefined;
}

/** All keys, or those that `items` names, at the paths that it gives. */
function chosen(data: ReadonlyMap<string, Buffer>, wanted: readonly unknown[], mode: number): Map<string, VolumeFile> {
  if (wanted.length === 0) return new Map([...data].map(([key, contents]) => [key, { contents, mode }]));
  const files = new Map<string, VolumeFile>();
  for (const item of wanted) {
    const contents = data.get(text(item, 'key'));
    if (contents) files.set(text(item, 'path'), { contents, mode: integer(item, 'mode') ?? mode });
  }
  return files;
}

function downwardFile(item: unknown, mode: number, { pod, address }: VolumeSources): VolumeFile {
  const path = text(item, 'fieldRef', 'fieldPath');
  const container = items(pod, 'spec', 'containers').find((one) => text(one, 'name') === text(item, 'resourceFieldRef', 'containerName'));
  const contents =
    path === 'metadata.labels'
      ? mapText(labelsOf(pod))
      : path === 'metadata.annotations'
        ? mapText(annotationsOf(pod))
        : at(item, 'resourceFieldRef') === undefined
          ? (podField(pod, path, address) ?? '')
          : resourceField(pod, container, at(item, 'resourceFieldRef'));
  return { contents: Buffer.from(contents), mode: integer(item, 'mode') ?? mode };
}

/** `key="value"`, a line each, in order of keys. */
function mapText(map: Readonly<Record<string, string>>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}
