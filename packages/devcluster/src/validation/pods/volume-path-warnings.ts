/** Files of one volume that hide each other: two of one path, or one below another. */
import type { JsonObject } from '@caretaker/kube';
import { given, obj, objs, str, sub } from '../parts/read.ts';

interface VolumeFile {
  readonly path: string;
  /** Where it comes from, in a volume of several sources. */
  readonly source: string;
}

const quoted = (text: string): string => JSON.stringify(text);
const shown = ({ path, source }: VolumeFile): string => (source === '' ? quoted(path) : `${quoted(path)} (${source})`);

function filesOf(holder: JsonObject, source: string): VolumeFile[] {
  return objs(holder, 'items').map((item) => ({ path: str(item, 'path').replace(/\/+$/, ''), source }));
}

function overlap(a: VolumeFile, b: VolumeFile): boolean {
  return a.path !== '' && b.path !== '' && (`${a.path}/`.startsWith(`${b.path}/`) || `${b.path}/`.startsWith(`${a.path}/`));
}

function overlaps(files: readonly VolumeFile[]): string[] {
  return files.flatMap((file, i) =>
    files
      .slice(0, i)
      .filter((before) => overlap(before, file))
      .map((before) => `${shown(file)} with ${shown(before)}`),
  );
}

function projectedFiles(source: JsonObject): VolumeFile[] {
  const [configMap, secret, downward] = [obj(source, 'configMap'), obj(source, 'secret'), obj(source, 'downwardAPI')];
  if (configMap !== undefined && given(configMap, 'items')) return filesOf(configMap, `ConfigMap ${quoted(str(configMap, 'name'))}`);
  if (secret !== undefined && given(secret, 'items')) return filesOf(secret, `Secret ${quoted(str(secret, 'name'))}`);
  if (downward !== undefined && given(downward, 'items')) return filesOf(downward, 'DownwardAPI');
  const token = obj(source, 'serviceAccountToken');
  return token === undefined ? [] : [{ path: str(token, 'path').replace(/\/+$/, ''), source: 'ServiceAccountToken' }];
}

export function volumePathWarnings(volumes: readonly JsonObject[], warnings: string[]): void {
  for (const volume of volumes) {
    const name = quoted(str(volume, 'name'));
    const warn = (kind: string, files: readonly VolumeFile[]): void => {
      for (const words of overlaps(files)) warnings.push(`volume ${name} (${kind}): overlapping paths: ${words}`);
    };
    const [configMap, secret] = [sub(volume, 'configMap'), sub(volume, 'secret')];
    warn(`ConfigMap ${quoted(str(configMap, 'name'))}`, filesOf(configMap, ''));
    warn(`Secret ${quoted(str(secret, 'secretName'))}`, filesOf(secret, ''));
    warn('DownwardAPI', filesOf(sub(volume, 'downwardAPI'), ''));
    const sources = objs(sub(volume, 'projected'), 'sources');
    for (const source of sources) if (Object.keys(source).length === 0) warnings.push(`volume ${name} (Projected) has no sources provided`);
    warn('Projected', sources.flatMap(projectedFiles));
  }
}
