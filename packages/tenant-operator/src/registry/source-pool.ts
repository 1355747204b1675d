/** One source per registry, kept over syncs and rebuilt when the configuration or a Secret changes. */
import type { Clock, Informer, Informers } from '@caretaker/kube';
import { secretKind } from '../api/names.ts';
import { isMap } from '../api/schema.ts';
import type { Registry } from '../api/types.ts';
import { fingerprint, type SourceFactory, secretKeysOf, sourceConfig } from '../sources/config.ts';
import { SourceError } from '../sources/errors.ts';
import type { Source } from '../sources/source.ts';

interface Watched {
  informer: Informer;
  unsubscribe: () => void;
}

interface Entry {
  source: Source | undefined;
  fingerprint: string;
  unwatch: (() => void) | undefined;
  secrets: Map<string, Watched>;
}

export interface SourcePool {
  /** @throws SourceError SecretMissing, ConfigInvalid */
  open(key: string, registry: Registry, signal: AbortSignal): Promise<Source>;
  close(key: string): Promise<void>;
  closeAll(): Promise<void>;
}

/** `onHint` is called with the registry's key when a Secret that it uses changes, or when its database hints at new rows. */
export function sourcePool(informers: Informers, clock: Clock, create: SourceFactory, onHint: (key: string) => void): SourcePool {
  const entries = new Map<string, Entry>();

  /** Watches exactly the Secrets that the registry names, one by one: no other Secret enters memory. */
  function watch(key: string, entry: Entry, namespace: string, names: ReadonlySet<string>): void {
    for (const [name, watched] of entry.secrets) {
      if (names.has(name)) continue;
      watched.unsubscribe();
      watched.informer.release();
      entry.secrets.delete(name);
    }
    for (const name of names) {
      if (entry.secrets.has(name)) continue;
      const informer = informers.acquire({ ...secretKind, namespace, fieldSelector: `metadata.name=${name}` });
      const unsubscribe = informer.subscribe({
        added: (_, initial) => {
          if (!initial) onHint(key);
        },
        modified: (object, old) => {
          if (JSON.stringify(object['data']) !== JSON.stringify(old['data'])) onHint(key);
        },
      });
      entry.secrets.set(name, { informer, unsubscribe });
    }
  }

  function secretText(entry: Entry, namespace: string, { name, key }: { name: string; key: string }): string {
    const object = entry.secrets.get(name)?.informer.get(namespace, name);
    if (!object) throw new SourceError('SecretMissing', `Secret ${name} does not exist in namespace ${namespace}`);
    const data = isMap(object['data']) ? object['data'][key] : undefined;
    if (typeof data !== 'string') throw new SourceError('SecretMissing', `Secret ${name} in namespace ${namespace} has no key ${key}`);
    return Buffer.from(data, 'base64').toString();
  }

  async function open(key: string, registry: Registry, signal: AbortSignal): Promise<Source> {
    const { namespace } = registry.metadata;
    const entry: Entry = entries.get(key) ?? { source: undefined, fingerprint: '', unwatch: undefined, secrets: new Map() };
    entries.set(key, entry);
    watch(key, entry, namespace, new Set(secretKeysOf(registry.spec.source).map(({ name }) => name)));
    await Promise.all([...entry.secrets.values()].map(({ informer }) => informer.waitForSync(signal)));
    const config = sourceConfig(registry.spec.source, (of) => secretText(entry, namespace, of));
    const print = fingerprint(config);
    if (entry.source && entry.fingerprint === print) return entry.source;
    const { source: old } = entry;
    const source = await create(config, clock);
    if (entries.get(key) !== entry) {
      await source.close();
      throw new SourceError('ConnectionLost', `the registry went away while ${source.description} was opened`);
    }
    entry.unwatch?.();
    entry.source = source;
    entry.fingerprint = print;
    entry.unwatch = source.watch?.(() => onHint(key));
    await old?.close();
    return source;
  }

  async function close(key: string): Promise<void> {
    const entry = entries.get(key);
    entries.delete(key);
    if (!entry) return;
    for (const watched of entry.secrets.values()) {
      watched.unsubscribe();
      watched.informer.release();
    }
    entry.unwatch?.();
    await entry.source?.close();
  }

  return {
    open,
    close,
    closeAll: async () => {
      await Promise.all([...entries.keys()].map(close));
    },
  };
}
