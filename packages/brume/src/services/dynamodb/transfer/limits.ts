/** Limits of exports, imports and bulk operations. */
import { DAY_MS } from '../recovery/limits.ts';

/** How long a client token stands for its request (API Reference, ExportTableToPointInTime). */
export const TRANSFER_TOKEN_MS = 8 * 60 * 60 * 1000;
/** How long exports and imports are listed (Developer Guide). */
export const TRANSFER_RECORD_MS = 90 * DAY_MS;
export const TRANSFERS_LISTED_MAX = 25;
/** The span of an incremental export (Developer Guide). */
export const INCREMENT_MS_MIN = 15 * 60 * 1000;
export const INCREMENT_MS_MAX = DAY_MS;

/** Of items, in one data file of an export, before it is compressed. */
export const EXPORT_FILE_BYTES = 8 * 1024 * 1024;
/** Changes that one step of an incremental export looks at. */
export const EXPORT_CHANGES = 500;

/** Objects of one import (Developer Guide). */
export const IMPORT_OBJECTS_MAX = 50_000;
export const IMPORT_ITEMS = 100;
/** Of one item's text: 400 KB, as JSON escapes them at most, six bytes for one. */
export const RECORD_LENGTH_MAX = 3 * 1024 * 1024;
/** Levels of lists and structs in Ion: an item's own, and the two around it. */
export const ION_DEPTH_MAX = 40;
