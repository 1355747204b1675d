import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { JsonObject } from '@caretaker/kube';
import { builtinTypes } from '../../src/schema/builtin-types.ts';
import { typeOperations } from '../../src/schema/type-operations.ts';
import { StatusError } from '../../src/server/answers/status-error.ts';
import { encodeProtobuf } from '../../src/wire/protobuf-encode.ts';
import { decodeProtobuf } from '../../src/wire/protobuf-object.ts';

/** Objects of a real kube-apiserver 1.36.3, each asked for in both encodings. */
const vectors = JSON.parse(readFileSync(new URL('../vectors/protobuf.json', import.meta.url), 'utf8')) as {
  path: string;
  json: JsonObject;
  protobuf: string;
}[];

describe('protobuf bodies', () => {
  for (const { path, json, protobuf } of vectors) {
    test(`${path} reads as its JSON`, () => {
      const raw = decodeProtobuf(Buffer.from(protobuf, 'base64'));
      const type = builtinTypes().find(
        (each) => each.kind === json['kind'] && `${each.group}/${each.version}`.endsWith(String(json['apiVersion'])),
      );
      assert.ok(type);
      assert.deepEqual(typeOperations.decode(type, raw).object, typeOperations.decode(type, json).object);
    });
  }

  for (const { path, json, protobuf } of vectors) {
    test(`${path} is written as the real server writes it`, () => {
      assert.deepEqual(Buffer.from(encodeProtobuf(json) ?? []).toString('base64'), protobuf);
    });
  }

  test('what is no protobuf is refused with 400', () => {
    for (const body of ['', '{}', 'k8s\u0000\u00ff'])
      assert.throws(
        () => decodeProtobuf(Buffer.from(body, 'latin1')),
        (error) => error instanceof StatusError && error.httpStatus === 400,
      );
  });
});
