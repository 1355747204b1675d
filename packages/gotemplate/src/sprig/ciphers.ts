import { createCipheriv, createDecipheriv, createHmac, scryptSync } from 'node:crypto';
import { GoError } from '../errors.ts';
import { toBinary } from '../text/binary.ts';
import { fromBytes, toBytes } from '../text/bytes.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';
import { decodeBase64, encodeBase64 } from './base-encoding.ts';

/** Gives that many random bytes; a host that wants random functions hands one over. */
export type RandomBytes = (count: number) => Uint8Array;

const BLOCK = 16;
const KEY = 32;
/** Iterations that a hash made to be slow counts as. */
export const SLOW = 50_000;

function keyOf(password: string): Uint8Array {
  const key = new Uint8Array(KEY);
  key.set(toBytes(password).subarray(0, KEY));
  return key;
}

/** Sprig's encryptAES: AES-256-CBC with the password as key, the IV in front, in base64. */
function encrypt(password: string, text: string, random: RandomBytes): string {
  if (text === '') return '';
  const iv = random(BLOCK);
  const cipher = createCipheriv('aes-256-cbc', keyOf(password), iv);
  return encodeBase64(fromBytes(Buffer.concat([iv, cipher.update(toBytes(text)), cipher.final()])));
}

/** Sprig's decryptAES: it trusts the padding byte, whatever it says. */
function decrypt(password: string, text: string): string {
  if (text === '') return '';
  const crypt = toBytes(decodeBase64(text));
  if (crypt.length < BLOCK) throw new GoError(`runtime error: slice bounds out of range [:${BLOCK}] with capacity ${crypt.length}`);
  const body = crypt.subarray(BLOCK);
  if (body.length % BLOCK !== 0) throw new GoError('crypto/cipher: input not full blocks');
  if (body.length === 0) throw new GoError('runtime error: index out of range [-1]');
  const decipher = createDecipheriv('aes-256-cbc', keyOf(password), crypt.subarray(0, BLOCK)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(body), decipher.final()]);
  const length = plain.length - (plain.at(-1) ?? 0);
  if (length < 0) throw new GoError(`runtime error: slice bounds out of range [:${length}]`);
  return fromBytes(plain.subarray(0, length));
}

const SEED = 'com.lyndir.masterpassword';

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  maximum: ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno'],
  long: (
    'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv CvcvCvccnoCvcv ' +
    'CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc ' +
    'CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno'
  ).split(' '),
  medium: ['CvcnoCvc', 'CvcCvcno'],
  short: ['Cvcn'],
  basic: ['aaanaaan', 'aannaaan', 'aaannaaa'],
  pin: ['nnnn'],
};

const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXYZ';
const LETTERS = `AEIOUaeiou${CONSONANTS}${CONSONANTS.toLowerCase()}`;
const CHARACTERS: Readonly<Record<string, string>> = {
  V: 'AEIOU',
  C: CONSONANTS,
  v: 'aeiou',
  c: CONSONANTS.toLowerCase(),
  A: `AEIOU${CONSONANTS}`,
  a: LETTERS,
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: `${LETTERS}0123456789!@#$%^&*()`,
};

function uint32(n: number): Uint8Array {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(n);
  return out;
}

function prefixed(text: string): Uint8Array {
  const bytes = toBytes(text);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Sprig's derivePassword: the Master Password algorithm. */
function derivePassword(counter: number, type: string, password: string, user: string, site: string): string {
  const templates = Object.hasOwn(TEMPLATES, type) ? TEMPLATES[type] : undefined;
  if (templates === undefined) return `cannot find password template ${type}`;
  const salt = Buffer.concat([Buffer.from(SEED), prefixed(user)]);
  const key = scryptSync(toBytes(password), salt, 64, { N: 32768, r: 8, p: 2, maxmem: 64 * 1024 * 1024 });
  const message = Buffer.concat([Buffer.from(SEED), prefixed(site), uint32(counter)]);
  const seed = toBinary(fromBytes(createHmac('sha256', key).update(message).digest()));
  const template = templates[seed.charCodeAt(0) % templates.length] ?? '';
  return Array.from(template, (class_, i) => {
    const characters = CHARACTERS[class_] ?? '';
    return characters[seed.charCodeAt(i + 1) % characters.length] ?? '';
  }).join('');
}

/** Sprig's ciphers whose results depend on their arguments only. */
export const cipherFunctions: FunctionMap = {
  decryptAES: def([P.string, P.string], (password, text) => decrypt(password, text)),
  derivePassword: def([P.uint32, P.string, P.string, P.string, P.string], (counter, type, password, user, site, context) => {
    context.limiter.iterate(SLOW);
    return derivePassword(counter.toNumber(), type, password, user, site);
  }),
};

/** encryptAES, which needs an initial vector by chance. */
export function encryptFunctions(random: RandomBytes): FunctionMap {
  return { encryptAES: def([P.string, P.string], (password, text) => encrypt(password, text, random)) };
}
