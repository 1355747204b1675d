import { createHash } from 'node:crypto';

/** Kinds that are stored at another version than those that are served. */
const STORED_AT: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io/CustomResourceDefinition': 'v1beta1',
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': 'v1beta1',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': 'v1beta1',
};

/** Tells clients when the stored version of a resource changes: the first 8 bytes of the SHA-256 of `group/version/kind`, in base64. */
export function storageVersionHash(group: string, version: string, kind: string): string {
  const stored = STORED_AT[`${group}/${kind}`] ?? version;
  return createHash('sha256').update(`${group}/${stored}/${kind}`).digest().subarray(0, 8).toString('base64');
}
