import { Command } from 'commander';
import { autopilotCommand } from './commands/autopilot.ts';
import { devCommand } from './commands/dev.ts';

/** The whole command line. */
export function createProgram(): Command {
  return new Command('caretaker')
    .description('Keeps Kubernetes clusters the way their source of truth says they should be.')
    .showHelpAfterError('(add --help for the options and examples)')
    .addCommand(devCommand())
    .addCommand(autopilotCommand());
}
