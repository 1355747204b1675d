/** The key of every hash over values that may be secret. It lives in a Secret of the operator, so that a restart knows what it wrote (DESIGN §10.8). */
import { isAlreadyExists, isNotFound, type KubeClient, type KubeObject, type Random } from '@caretaker/kube';
import { secretKind } from '../api/names.ts';
import { isMap } from '../api/schema.ts';

const secretName = 'tenant-operator-hash-key';
const entry = 'key';

function keyIn(object: KubeObject): Uint8Array | undefined {
  const value = isMap(object['data']) ? object['data'][entry] : undefined;
  if (typeof value !== 'string') return undefined;
  const key = new Uint8Array(Buffer.from(value, 'base64'));
  return key.length >= 16 ? key : undefined;
}

async function read(client: KubeClient, namespace: string): Promise<Uint8Array | undefined> {
  try {
    return keyIn(await client.get({ ...secretKind, namespace, name: secretName }));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Reads the key, or makes it. @throws ApiError, TransportError; Error when the Secret is there but holds no key. */
export async function hashKey(client: KubeClient, namespace: string, random: Random): Promise<Uint8Array> {
  const known = await read(client, namespace);
  if (known) return known;
  const data = { [entry]: Buffer.from(random.bytes(32)).toString('base64') };
  const object: KubeObject = {
    ...secretKind,
    metadata: { name: secretName, namespace, labels: { app: 'tenant-operator' } },
    type: 'Opaque',
    data,
  };
  try {
    const made = keyIn(await client.create(object));
    if (made) return made;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const others = await read(client, namespace);
    if (others) return others;
  }
  throw new Error(`Secret ${namespace}/${secretName} holds no key of 16 bytes or more: delete it, and the operator makes a new one`);
}
