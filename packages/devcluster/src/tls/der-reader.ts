/** One element of DER (X.690): its tag, its contents, and all of its bytes. */
export interface DerElement {
  readonly tag: number;
  readonly body: Buffer;
  readonly whole: Buffer;
}

/** The elements that follow one another in `bytes`. Throws an Error when they are no DER. */
export function readElements(bytes: Buffer): DerElement[] {
  const found: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = readElement(bytes, at);
    found.push(element);
    at += element.whole.length;
  }
  return found;
}

/** The one element that `bytes` are. */
export function readWhole(bytes: Buffer): DerElement {
  const [element, ...more] = readElements(bytes);
  if (element === undefined || more.length > 0) throw new Error('x509: trailing data');
  return element;
}

function readElement(bytes: Buffer, at: number): DerElement {
  const tag = bytes[at] ?? 0;
  const first = bytes[at + 1];
  if (first === undefined) throw new Error('asn1: syntax error: truncated tag or length');
  const lengthBytes = first < 128 ? 0 : first & 127;
  if (first === 128 || lengthBytes > 4) throw new Error('asn1: structure error: length too large');
  const start = at + 2 + lengthBytes;
  let length = first < 128 ? first : 0;
  for (const byte of bytes.subarray(at + 2, start)) length = length * 256 + byte;
  if (start + length > bytes.length) throw new Error('asn1: syntax error: data truncated');
  return { tag, body: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
}

/** The dotted form of an object identifier. */
export function dottedId(body: Buffer): string {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of body) {
    value = value * 128 + (byte & 127);
    if (byte >= 128) continue;
    arcs.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = arcs;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join('.');
}

/** The subject of a certificate, after its version, serial number, algorithm, issuer and validity. */
export function subjectOf(certificate: Buffer): DerElement {
  const [body] = readElements(readWhole(certificate).body);
  const subject = body === undefined ? undefined : readElements(body.body)[5];
  if (subject === undefined) throw new Error('x509: malformed certificate');
  return subject;
}
