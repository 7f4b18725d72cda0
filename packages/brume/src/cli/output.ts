/** The terminal: answers on standard output, everything else on standard error. */
export function print(text: string): void {
  process.stdout.write(text);
}

export function printError(sentence: string): void {
  process.stderr.write(`brume: ${sentence}\n`);
}
