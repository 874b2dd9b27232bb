#!/usr/bin/env node
import { CliError, exitCodes } from './cli-error.ts';
import { red, terminal } from './output.ts';
import { program } from './program.ts';

// kafkajs asks for timers in the past, which Node 24 warns about and then runs at once.
process.removeAllListeners('warning').on('warning', (warning) => {
  if (warning.name !== 'TimeoutNegativeWarning') console.error(`${warning.name}: ${warning.message}`);
});

// Who reads our output may have seen enough, as `head` has.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  await program(terminal, process.stdin).parseAsync();
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  if (terminal.isTerminal) terminal.live('');
  console.error(`${red('✗')} ${error.message}`);
  process.exitCode = error.exitCode ?? exitCodes.failed;
}
