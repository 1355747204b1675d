// Loaded before each test file in CI: property tests draw the same cases every time, so that a submission is judged by its change. Elsewhere each run draws new ones.
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['FAST_CHECK_SEED'] ?? 20261121) });
