#!/usr/bin/env node
import { CommanderError } from 'commander';
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

process.on('uncaughtException', endByDefect);

try {
  await program(terminal, process.stdin).parseAsync();
} catch (error) {
  // Commander has printed what it has to say: help, or which argument is wrong.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : exitCodes.usage);
  if (!(error instanceof CliError)) endByDefect(error);
  if (terminal.isTerminal) terminal.live('');
  console.error(`${red('✗')} ${error.message}`);
  process.exitCode = error.exitCode;
}

/** Node would end with 1, which is a verdict of some commands. */
function endByDefect(error: unknown): never {
  console.error(error);
  process.exit(exitCodes.defect);
}
