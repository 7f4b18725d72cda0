/** Limits of the protocol layer, where a model does not state one. */

/**
 * Levels of structures, lists and maps in one message. DynamoDB's own limit of 32 attribute levels
 * takes at most 3 levels each; nothing else in AWS comes near. Bounds recursion, so no hostile body
 * can exhaust the stack.
 */
export const DEPTH_MAX = 200;

/** Levels of JSON that are parsed at all, those inside of unknown members too. */
export const PARSED_DEPTH_MAX = 1000;

/** JSON bodies up to this size are parsed without looking at their depth first: it cannot hurt. */
export const PARSED_UNSEEN_BYTES_MAX = 65_536;

/**
 * Longer strings that already break their length limit are not matched against their pattern: some
 * patterns of the models take time with the cube of the length.
 */
export const PATTERN_INPUT_LENGTH_MAX = 512;

/** Violations that one message reports; a hostile list could otherwise make millions. */
export const VIOLATIONS_MAX = 100;

/** Of a value that a message repeats; AWS repeats whole values, a hundred times if need be. */
export const SHOWN_VALUE_LENGTH_MAX = 16_384;

/** Parameters of one form body (query protocol). AWS documents none; Java's servers stop at 10,000. */
export const FORM_PARAMETERS_MAX = 10_000;

/** Largest event of an event stream: 16 MiB of payload, as the format's specification says. */
export const EVENT_BYTES_MAX = 16 * 1024 * 1024 + 131_072 + 16;

/** Elements and attributes of one XML document. */
export const XML_NODES_MAX = 200_000;
