import { bits, type Der, objectId, sequence } from './der.ts';

/** Bits of the keyUsage extension, the first is 0. */
const USAGE_BITS: Readonly<Record<string, number>> = {
  signing: 0,
  'digital signature': 0,
  'content commitment': 1,
  'key encipherment': 2,
  'data encipherment': 3,
  'key agreement': 4,
  'cert sign': 5,
  'crl sign': 6,
  'encipher only': 7,
  'decipher only': 8,
};

/** Purposes of the extKeyUsage extension in the order in which they are written. */
const PURPOSES: readonly (readonly [usage: string, id: string])[] = [
  ['any', '2.5.29.37.0'],
  ['server auth', '1.3.6.1.5.5.7.3.1'],
  ['client auth', '1.3.6.1.5.5.7.3.2'],
  ['code signing', '1.3.6.1.5.5.7.3.3'],
  ['email protection', '1.3.6.1.5.5.7.3.4'],
  ['s/mime', '1.3.6.1.5.5.7.3.4'],
  ['ipsec end system', '1.3.6.1.5.5.7.3.5'],
  ['ipsec tunnel', '1.3.6.1.5.5.7.3.6'],
  ['ipsec user', '1.3.6.1.5.5.7.3.7'],
  ['timestamping', '1.3.6.1.5.5.7.3.8'],
  ['ocsp signing', '1.3.6.1.5.5.7.3.9'],
  ['microsoft sgc', '1.3.6.1.4.1.311.10.3.3'],
  ['netscape sgc', '2.16.840.1.113730.4.1'],
];

/** The value of keyUsage for usages of certificates.k8s.io; undefined when none of them is a bit of it. */
export function keyUsage(usages: readonly string[]): Der | undefined {
  const set = usages.flatMap((usage) => USAGE_BITS[usage] ?? []);
  if (set.length === 0) return undefined;
  const last = Math.max(...set);
  const bytes = Buffer.alloc(Math.floor(last / 8) + 1);
  for (const bit of set) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bits(bytes, 7 - (last & 7));
}

/** The value of extKeyUsage; undefined when no usage is a purpose. */
export function extendedKeyUsage(usages: readonly string[]): Der | undefined {
  const ids = new Set(PURPOSES.filter(([usage]) => usages.includes(usage)).map(([, id]) => id));
  return ids.size === 0 ? undefined : sequence(...[...ids].map(objectId));
}
