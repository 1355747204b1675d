/** The letters of generated names: no vowels, no look-alikes. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1a, 32 bits. */
export function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** Names made of digits are spelled with letters that cannot form words, as generated names are. */
export function safeEncode(text: string): string {
  return [...text].map((letter) => ALPHABET[letter.charCodeAt(0) % ALPHABET.length] ?? 'x').join('');
}

/** JSON with members in order of their names, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Hash of a pod template for names and the label `pod-template-hash` or `controller-revision-hash`. `collisions` is the owner's status.collisionCount. */
export function templateHash(template: unknown, collisions?: number): string {
  return safeEncode(String(fnv32(canonicalJson(template) + (collisions === undefined ? '' : `#${collisions}`))));
}

/** `length` characters for a generated name. */
export function randomSuffix(random: { next(): number }, length: number): string {
  let result = '';
  for (let index = 0; index < length; index += 1) result += ALPHABET[Math.floor(random.next() * ALPHABET.length)] ?? 'x';
  return result;
}
