import { fromBinary, toBinary } from '../text/binary.ts';

const DOTS = '...';

function abbreviateBinary(s: string, offset: number, width: number): string {
  if (s === '' || width < 4) return '';
  if (s.length <= width) return s;
  let start = Math.min(offset, s.length);
  if (s.length - start < width - 3) start = s.length - (width - 3);
  if (start <= 4) return s.slice(0, width - 3) + DOTS;
  if (width < 7) return '';
  if (start + width - 3 < s.length) return DOTS + abbreviateBinary(s.slice(start), 0, width - 3);
  return DOTS + s.slice(s.length - (width - 3));
}

/** goutils.AbbreviateFull, by bytes; '' where it returns an error. */
export function abbreviate(s: string, offset: number, width: number): string {
  return fromBinary(abbreviateBinary(toBinary(s), offset, width));
}
