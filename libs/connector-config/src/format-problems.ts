import { columnsOf, escapeText } from '@millrace/errors';
import type { Note, Position, Problem } from './problem.ts';

const shownCharsMax = 200;

/**
 * All problems as plain text, one block each: what is wrong, where, the text in question, then default, example and
 * help. Whatever comes from a file is escaped, so a file cannot steer the terminal. Ends without a newline.
 */
export function formatProblems(problems: readonly Problem[]): string {
  const blocks = problems.map(formatProblem);
  if (problems.length > 1) blocks.push(`${problems.length} problems in the configuration`);
  return blocks.join('\n\n');
}

/** One note on one line. */
export function formatNote(note: Note): string {
  const key = note.key === undefined ? '' : `${escapeText(note.key)}: `;
  return `note: ${key}${escapeText(note.message, 1000)} (${place(note)})`;
}

function formatProblem(problem: Problem): string {
  const key = problem.key === undefined ? '' : `${escapeText(problem.key)}: `;
  const lines = [`error: ${key}${escapeText(problem.message, 1000)}`, `  --> ${place(problem)}`];
  if (problem.found !== undefined) lines.push(...excerpt(problem, problem.found));
  if (problem.default !== undefined) lines.push(`   = default: ${escapeText(problem.default)}`);
  if (problem.example !== undefined) lines.push(`   = example: ${escapeText(problem.example)}`);
  if (problem.help !== undefined) lines.push(`   = help: ${escapeText(problem.help, 1000)}`);
  return lines.join('\n');
}

/** The text in question, with a mark under the value, or under the character of it that is meant. */
function excerpt({ key, foundAt }: Problem, found: string): string[] {
  const name = key === undefined ? '' : `${escapeText(key)}=`;
  const shown = escapeText(found, shownCharsMax);
  const line = `   |  ${name}${shown}`;
  // Beyond what is shown nothing can be pointed at.
  if (foundAt !== undefined && foundAt > shownCharsMax) return [line];
  const before = name + (foundAt === undefined ? '' : escapeText(found.slice(0, foundAt)));
  const width = foundAt === undefined ? Math.max(1, columnsOf(shown)) : 1;
  return [line, `   |  ${' '.repeat(columnsOf(before))}${'^'.repeat(width)}`];
}

function place({ file, line, column }: Position): string {
  return [escapeText(file, 1000), line, column].filter((part) => part !== undefined).join(':');
}
