// The command line: `caretaker …`, `npm run caretaker -- …`, and `npm run demo -- …` for `caretaker dev …`.
import { createProgram } from './program.ts';
import { reportFailure } from './terminal/failure.ts';

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportFailure(error, (line) => process.stderr.write(`${line}\n`));
}
