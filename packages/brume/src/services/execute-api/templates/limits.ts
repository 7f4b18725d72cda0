/** What a template may take. Past a limit of ours rendering ends with a `TemplateError`. */

/** AWS: "Size of mapping template … 300 KB" (developer guide, quotas of REST APIs). */
export const TEMPLATE_BYTES_MAX = 300 * 1024;
/** AWS: "Number of iterations in a #foreach loop … 1,000". Velocity leaves the loop without an error. */
export const FOREACH_ITERATIONS_MAX = 1_000;
/** AWS: a payload is 10 MB at most; in UTF-16 units, for any text that a template makes. */
export const TEXT_LENGTH_MAX = 10 * 1024 * 1024;
/** Ours: statements, operations, elements visited and steps of regular expressions in one rendering. */
export const STEPS_MAX = 4_000_000;
/** Ours: elements of a list or map that a template makes. */
export const COLLECTION_SIZE_MAX = 100_000;
/** Ours: directives, brackets and strings within each other, when a template is read. */
export const SYNTAX_DEPTH_MAX = 100;
/** Ours: values within each other, when they are printed, compared or read from JSON. */
export const VALUE_DEPTH_MAX = 500;
/** Ours: `#define` blocks that render each other. */
export const BLOCK_DEPTH_MAX = 20;
/** Ours: digits of an integer; Java's BigInteger has no limit. */
export const INTEGER_DIGITS_MAX = 1_000;
/** Ours: characters of a regular expression. */
export const PATTERN_LENGTH_MAX = 1_000;
/** Ours: repetitions of a group that are open at once, in one match. */
export const PATTERN_DEPTH_MAX = 500;
/** Ours: characters of a JSON path, and paths that are kept compiled. */
export const JSON_PATH_LENGTH_MAX = 10_000;
export const JSON_PATHS_CACHED_MAX = 500;
/** Ours: compiled regular expressions that are kept. */
export const PATTERNS_CACHED_MAX = 200;
