/** Distinguished names: which attributes there are, read and written as Go's crypto/x509 does. */
import { type Der, objectId, printable, sequence, set, utf8 } from './der.ts';
import { type DerElement, dottedId, readElements } from './der-reader.ts';

/** Values of attributes by object identifier. */
export type Subject = ReadonlyMap<string, readonly string[]>;

export const ORGANIZATION = '2.5.4.10';
export const COMMON_NAME = '2.5.4.3';

/** Attributes that are written, in this order: country, organization, unit, locality, province, street, postal code, name, serial number. */
const WRITTEN = ['2.5.4.6', ORGANIZATION, '2.5.4.11', '2.5.4.7', '2.5.4.8', '2.5.4.9', '2.5.4.17', COMMON_NAME, '2.5.4.5'];

export function readSubject(name: DerElement): Subject {
  const found = new Map<string, string[]>();
  for (const part of readElements(name.body)) {
    for (const attribute of readElements(part.body)) {
      const [id, value] = readElements(attribute.body);
      if (id === undefined || value === undefined) throw new Error('x509: invalid RDNSequence');
      const key = dottedId(id.body);
      found.set(key, [...(found.get(key) ?? []), value.body.toString(value.tag === UTF8_STRING ? 'utf8' : 'latin1')]);
    }
  }
  return found;
}

const UTF8_STRING = 0x0c;

/** Values of one attribute are one set. */
export function writeSubject(subject: Subject): Der {
  return sequence(
    ...WRITTEN.flatMap((id) => {
      const values = subject.get(id) ?? [];
      const texts = values.map((value) => sequence(objectId(id), stringOf(value)));
      return texts.length === 0 ? [] : [set(...texts.sort(Buffer.compare))];
    }),
  );
}

const stringOf = (text: string): Der => (/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text) ? printable(text) : utf8(text));
