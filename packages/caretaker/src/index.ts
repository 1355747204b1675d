export type { Connection } from './demo/connect.ts';
export { connect } from './demo/connect.ts';
export { applyAll } from './demo/install.ts';
export { loadManifests } from './demo/manifests.ts';
export { UserError } from './errors.ts';
