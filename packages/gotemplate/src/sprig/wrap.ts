import { fromBinary, toBinary } from '../text/binary.ts';

/** goutils.WrapCustom: breaks at spaces once a line is longer than `width` bytes; `long` breaks words that are longer themselves. */
export function wrap(text: string, width: number, newline: string, long: boolean): string {
  const s = toBinary(text);
  const nl = newline === '' ? '\n' : toBinary(newline);
  const w = Math.max(width, 1);
  let offset = 0;
  let out = '';
  while (s.length - offset > w) {
    if (s[offset] === ' ') {
      offset++;
      continue;
    }
    let at = s.lastIndexOf(' ', w + offset);
    if (at < offset && long) {
      out += s.slice(offset, offset + w) + nl;
      offset += w;
      continue;
    }
    if (at < offset) at = s.indexOf(' ', w + offset);
    if (at < 0) {
      out += s.slice(offset);
      offset = s.length;
    } else {
      out += s.slice(offset, at) + nl;
      offset = at + 1;
    }
  }
  return fromBinary(out + s.slice(offset));
}
