/** What goes wrong in a template, and where. */

/**
 * - `syntax`: the text is no template (AWS answers 500 when it is used);
 * - `runtime`: a method threw, an index is out of bounds, JSON that a template parses is none;
 * - `body`: the payload is not JSON but the template asks for JSON (AWS answers 400);
 * - `limit`: a bound of ours or of AWS.
 */
export type TemplateErrorKind = 'syntax' | 'runtime' | 'body' | 'limit';

/** The one error that compiling and rendering throw. Lines and columns count from 1. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly kind: TemplateErrorKind;
  readonly line: number;
  readonly column: number;

  constructor(kind: TemplateErrorKind, message: string, line: number, column: number) {
    super(message);
    this.kind = kind;
    this.line = line;
    this.column = column;
  }
}

/** A failure before its place is known: whoever knows the place makes a `TemplateError` of it. */
export class TemplateFault extends Error {
  readonly kind: TemplateErrorKind;
  /** Where in the template's text, when the one who throws knows. */
  readonly offset: number | undefined;

  constructor(kind: TemplateErrorKind, message: string, offset?: number) {
    super(message);
    this.kind = kind;
    this.offset = offset;
  }
}

export function syntaxFault(message: string, offset: number): TemplateFault {
  return new TemplateFault('syntax', message, offset);
}

export function runtimeFault(message: string): TemplateFault {
  return new TemplateFault('runtime', message);
}

export function limitFault(what: string): TemplateFault {
  return new TemplateFault('limit', `The template exceeds its limit of ${what}`);
}

/** Gives a fault its place in `text`. */
export function located(fault: TemplateFault, text: string, offset: number): TemplateError {
  const before = text.slice(0, fault.offset ?? offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  return new TemplateError(fault.kind, fault.message, line, before.length - lineStart + 1);
}
