/** Regions of a global table; AWS has about as many in all. */
export const REPLICAS_MAX = 40;
/** Changes that are brought to another region at once, and items of a new replica. */
export const REPLICATION_CHUNK = 100;
/** Replicas of a strongly consistent global table, one of which may be a witness (Developer Guide). */
export const STRONG_REPLICAS = 3;
/** That a deleted item was deleted is remembered so long at least. */
export const TOMBSTONE_MS = 24 * 60 * 60 * 1000;
export const TOMBSTONE_CHUNK = 100;
/** Between two looks whether a replica's last changes have left it. */
export const DEPARTURE_WAIT_MS = 20;
/** A replica that others were made from stays so long (Developer Guide, "Best practices"). */
export const SOURCE_KEPT_MS = 24 * 60 * 60 * 1000;
/** When an item that another replica was to remove is looked for again. */
export const OTHERS_TURN_MS = 60 * 60 * 1000;
