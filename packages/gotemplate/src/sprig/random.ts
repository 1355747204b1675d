import { hashSync } from 'bcryptjs';
import { GoError } from '../errors.ts';
import { fromBytes, runes, toBytes } from '../text/bytes.ts';
import { def, P } from '../value/define.ts';
import type { CallContext, FunctionMap, GoFunction } from '../value/function.ts';
import { int } from '../value/number.ts';
import { encodeBase64 } from './base-encoding.ts';
import type { RandomBytes } from './ciphers.ts';
import { encryptFunctions, SLOW } from './ciphers.ts';

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
const BCRYPT_COST = 10;
const BCRYPT_ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A number below `limit`, each as likely as the other. */
function below(limit: bigint, random: RandomBytes): bigint {
  const bytes = Math.ceil(limit.toString(2).length / 8) + 1;
  const range = 1n << BigInt(bytes * 8);
  for (;;) {
    let n = 0n;
    for (const b of random(bytes)) n = (n << 8n) | BigInt(b);
    if (n < range - (range % limit)) return n % limit;
  }
}

function textOf(alphabet: string, random: RandomBytes): GoFunction {
  return def([P.int], (count, context: CallContext) => {
    const n = count.toNumber();
    if (n < 0) return '';
    context.limiter.iterate(n);
    return Array.from({ length: n }, () => alphabet[Number(below(BigInt(alphabet.length), random))] ?? '').join('');
  });
}

function shuffled(s: string, random: RandomBytes): string {
  const all = runes(s);
  for (let i = all.length - 1; i > 0; i--) {
    const j = Number(below(BigInt(i + 1), random));
    [all[i], all[j]] = [all[j] ?? 0, all[i] ?? 0];
  }
  return String.fromCodePoint(...all);
}

function uuid(random: RandomBytes): string {
  const b = Uint8Array.from(random(16));
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40;
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(b).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A bcrypt hash with a salt of ours, so that the host's random source is the only one. */
function bcrypt(password: string, random: RandomBytes, { limiter }: CallContext): string {
  limiter.iterate(SLOW);
  const bytes = toBytes(password);
  if (bytes.length > 72) return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  let bits = 0n;
  for (const b of random(16)) bits = (bits << 8n) | BigInt(b);
  // 128 bits in 22 characters of six.
  bits <<= 4n;
  const salt = Array.from({ length: 22 }, (_, i) => BCRYPT_ALPHABET[Number((bits >> BigInt(6 * (21 - i))) & 63n)] ?? '').join('');
  return hashSync(fromBytes(bytes), `$2a$${BCRYPT_COST}$${salt}`);
}

/** Sprig's functions that depend on chance, from the host's source of it. */
export function randomFunctions(random: RandomBytes): FunctionMap {
  return {
    ...encryptFunctions(random),
    randAlphaNum: textOf(LETTERS + DIGITS, random),
    randAlpha: textOf(LETTERS, random),
    randNumeric: textOf(DIGITS, random),
    randAscii: textOf(ASCII, random),
    randBytes: def([P.int], (count, context) => {
      if (count.big < 0n) throw new GoError('runtime error: makeslice: len out of range');
      context.limiter.bytes(count.toNumber());
      return encodeBase64(fromBytes(random(count.toNumber())));
    }),
    randInt: def([P.int, P.int], (min, max) => {
      if (max.big <= min.big) throw new GoError('invalid argument to Intn');
      return int(min.big + below(max.big - min.big, random));
    }),
    shuffle: def([P.string], (s) => shuffled(s, random)),
    uuidv4: def([], () => uuid(random)),
    bcrypt: def([P.string], (password, context) => bcrypt(password, random, context)),
    htpasswd: def([P.string, P.string], (user, password, context) =>
      user.includes(':') ? `invalid username: ${user}` : `${user}:${bcrypt(password, random, context)}`,
    ),
  };
}
