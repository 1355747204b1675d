import type { ObjectRef } from '@caretaker/kube';
import { parseAllDocuments } from 'yaml';
import { AutopilotError } from '../errors.ts';
import { stringAt } from '../json.ts';
import { managedByLabel, managedByValue } from '../names.ts';

/** An object that earlier releases made and that must not exist any more. */
export interface Tombstone {
  ref: ObjectRef;
  /** Below the assets folder. */
  path: string;
}

/** Reads one file of assets/tombstones. Throws `CatalogInvalid` naming file and what is missing. */
export function parseTombstones(path: string, text: string): Tombstone[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents) || documents.length === 0) throw invalid(path, 'the file is empty');
  return documents.map((document, index) => {
    const where = documents.length > 1 ? `document ${index + 1}: ` : '';
    const error = document.errors[0];
    if (error) throw invalid(path, `${where}${error.message}`);
    const object: unknown = document.toJS();
    const apiVersion = stringAt(object, 'apiVersion');
    const kind = stringAt(object, 'kind');
    const name = stringAt(object, 'metadata', 'name');
    const namespace = stringAt(object, 'metadata', 'namespace');
    if (!apiVersion) throw invalid(path, `${where}apiVersion is missing`);
    if (!kind) throw invalid(path, `${where}kind is missing`);
    if (!name) throw invalid(path, `${where}metadata.name is missing`);
    if (stringAt(object, 'metadata', 'labels', managedByLabel) !== managedByValue) {
      throw invalid(path, `${where}label ${managedByLabel}: ${managedByValue} is missing`);
    }
    return { ref: { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }, path };
  });
}

function invalid(path: string, message: string): AutopilotError {
  return new AutopilotError('CatalogInvalid', `assets/${path}: ${message}`);
}
