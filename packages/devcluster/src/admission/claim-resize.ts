import { compareQuantities } from '../decode/quantity.ts';
import { aboutType, forbidden } from '../server/answers/status-reasons.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin } from './contract.ts';
import { member, specOf, textOf } from './json-members.ts';

/** Claims grow only where their class lets them. */
export function claimResize(store: Store): AdmissionPlugin {
  const classes = store.table('storage.k8s.io/storageclasses');
  return {
    name: 'PersistentVolumeClaimResize',
    validate(request) {
      const { type, object, oldObject } = request;
      if (type.group !== '' || type.plural !== 'persistentvolumeclaims' || request.subresource !== '') return;
      if (request.operation !== 'UPDATE' || object === undefined || oldObject === undefined) return;
      const sizeOf = (claim: typeof object): string => textOf(member(member(specOf(claim), 'resources'), 'requests')['storage']) || '0';
      if (compareQuantities(sizeOf(object), sizeOf(oldObject)) <= 0) return;
      const refuse = (why: string) => forbidden(aboutType(type), request.name, why);
      const phase = member(oldObject as never, 'status')['phase'];
      if (phase !== 'Bound') throw refuse('Only bound persistent volume claims can be expanded');
      const name = textOf(specOf(object)['storageClassName']);
      const same = name !== '' && name === textOf(specOf(oldObject)['storageClassName']);
      if (same && classes.get('', name)?.['allowVolumeExpansion'] === true) return;
      throw refuse('only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize');
    },
  };
}
