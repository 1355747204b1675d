import { renderCommand, renderHelp } from '@caretaker/virt-platform-autopilot';
import { Command } from 'commander';

/** `caretaker autopilot`: what an administrator of the platform asks without touching the cluster. */
export function autopilotCommand(): Command {
  const render = new Command('render')
    .description('print what the golden assets become, by the evaluator that the operator runs')
    .allowUnknownOption()
    .helpOption(false)
    .argument('[flags...]', 'see `caretaker autopilot render --help`')
    .action(async (flags: string[]) => {
      if (flags.includes('--help') || flags.includes('-h')) {
        process.stdout.write(renderHelp);
        return;
      }
      const stopping = new AbortController();
      process.once('SIGINT', () => stopping.abort());
      await renderCommand(flags, {
        env: process.env,
        stdout: (text) => void process.stdout.write(text),
        signal: stopping.signal,
      });
    });
  return new Command('autopilot').description('the virt-platform-autopilot: render its assets').addCommand(render);
}
