/** A field of a protobuf message, as it stands on the wire. */
export interface WireField {
  readonly number: number;
  /** Varint (0) and fixed (1, 5) values; length-delimited (2) ones are bytes. */
  readonly value: bigint | Uint8Array;
  readonly wire: number;
}

/** The bytes are no protobuf message. */
export class ProtobufError extends Error {
  readonly code = 'PROTOBUF';
  readonly retryable = false;
  readonly hint = 'the body is not a Kubernetes protobuf message';
}

/** Fields of a message in order. Throws ProtobufError on truncated input. */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  let position = 0;
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[position];
      if (byte === undefined || shift > 63n) throw new ProtobufError('unexpected end of message');
      position += 1;
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
  };
  const take = (count: number): Uint8Array => {
    if (position + count > bytes.length) throw new ProtobufError('unexpected end of message');
    position += count;
    return bytes.subarray(position - count, position);
  };
  while (position < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const number = tag >>> 3;
    if (wire === 0) yield { number, wire, value: varint() };
    else if (wire === 2) yield { number, wire, value: take(Number(varint())) };
    else if (wire === 1) yield { number, wire, value: Buffer.from(take(8)).readBigUInt64LE() };
    else if (wire === 5) yield { number, wire, value: BigInt(Buffer.from(take(4)).readUInt32LE()) };
    else throw new ProtobufError(`wire type ${wire} is not known`);
  }
}

/** Varints of a packed repeated field, or the one of an unpacked element. */
export function varintsOf(field: WireField): bigint[] {
  if (typeof field.value === 'bigint') return [field.value];
  const out: bigint[] = [];
  let result = 0n;
  let shift = 0n;
  for (const byte of field.value) {
    result |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte < 0x80) {
      out.push(result);
      result = 0n;
      shift = 0n;
    }
  }
  return out;
}

export function textOfField(field: WireField): string {
  return typeof field.value === 'bigint' ? String(field.value) : Buffer.from(field.value).toString('utf8');
}

export function bytesOfField(field: WireField): Uint8Array {
  if (typeof field.value === 'bigint') throw new ProtobufError(`field ${field.number} is not length-delimited`);
  return field.value;
}
