import type { FailureStatus, StatusCause, StatusDetails } from '../server/status-error.ts';

/** Writes a meta/v1 Status as protobuf in the `k8s\0` envelope. As gogo does, texts are written also when they are empty. */
export function encodeStatus(status: FailureStatus): Uint8Array {
  const raw = Buffer.concat([
    message(1, Buffer.concat([text(1, ''), text(2, ''), text(3, '')])),
    text(2, status.status),
    text(3, status.message),
    text(4, status.reason ?? ''),
    ...(status.details === undefined ? [] : [message(5, encodeDetails(status.details))]),
    number(6, status.code),
  ]);
  const typeMeta = Buffer.concat([text(1, 'v1'), text(2, 'Status')]);
  return Buffer.concat([Buffer.from('k8s\u0000', 'latin1'), message(1, typeMeta), message(2, raw), text(3, ''), text(4, '')]);
}

function encodeDetails(details: StatusDetails): Buffer {
  return Buffer.concat([
    text(1, details.name ?? ''),
    text(2, details.group ?? ''),
    text(3, details.kind ?? ''),
    ...(details.causes ?? []).map((cause) => message(4, encodeCause(cause))),
    number(5, details.retryAfterSeconds ?? 0),
    text(6, details.uid ?? ''),
  ]);
}

function encodeCause(cause: StatusCause): Buffer {
  return Buffer.concat([text(1, cause.reason ?? ''), text(2, cause.message ?? ''), text(3, cause.field ?? '')]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function message(field: number, body: Uint8Array): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
}

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value));
}
