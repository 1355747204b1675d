export { type LoadedAsset, type LoadedCatalog, loadCatalog } from './catalog/load.ts';
export { shippedAssets } from './command/flags.ts';
export { renderCommand, renderHelp } from './command/render.ts';
export { type Process, runCommand } from './command/run.ts';
export { relatedImages } from './context/images.ts';
export { AutopilotError, type AutopilotErrorCode } from './errors.ts';
export { type RunningAutopilot, type StartAutopilotOptions, startAutopilot } from './start.ts';
