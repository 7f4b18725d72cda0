/** Lambda's limits, from AWS's quotas page (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */

const MIB = 1024 * 1024;

/** "Zipped size must be smaller than 52428800 bytes" (recorded from AWS 2025-11-25). */
export const CODE_ZIPPED_BYTES_MAX = 50 * MIB;
/** "Unzipped size must be smaller than 262144000 bytes" (recorded from AWS 2025-11-25). */
export const CODE_UNZIPPED_BYTES_MAX = 250 * MIB;
/** Brume's own: a package of more entries would take minutes to write. npm's largest have ~50,000. */
export const CODE_ENTRIES_MAX = 100_000;

/** "Layers: five". */
export const LAYERS_PER_FUNCTION_MAX = 5;

export const FUNCTION_NAME_LENGTH_MAX = 64;
/** Sum of names and values as JSON; "exceeded the 4KB limit" (recorded from AWS 2025-11-25). */
export const ENVIRONMENT_VARIABLES_BYTES_MAX = 4096;
/** The model allows 5,400 s and 32 GiB for managed instances, which Brume does not have. */
export const TIMEOUT_SECONDS_MAX = 900;
export const MEMORY_SIZE_MB_MAX = 10_240;
export const EPHEMERAL_STORAGE_MB_MAX = 10_240;

/** "After your function is invoked approximately 16 times" in one chain, it is stopped. */
export const RECURSIVE_INVOCATIONS_MAX = 16;

/** "Tags on a resource: 50". */
export const TAGS_MAX = 50;

/** Answer of a synchronous invocation: "(6291556 bytes)" (recorded 2025-11-24). */
export const PAYLOAD_BYTES_MAX = 6 * MIB + 100;
/** Its event: "Request must be smaller than 6291456 bytes for the InvokeFunction operation". */
export const EVENT_BYTES_MAX = 6 * MIB;
/** Event of an asynchronous invocation: 1 MB since 2025-10. */
export const ASYNC_PAYLOAD_BYTES_MAX = MIB;
/** Base64 of the client context. */
export const CLIENT_CONTEXT_BYTES_MAX = 3583;

/** Time for a function's code outside the handler; after that it is started again with the invocation. */
export const INIT_TIMEOUT_MS = 10_000;

/** "Extension limit (10) reached": AWS's open Runtime Interface Emulator (2026-01). */
export const EXTENSIONS_MAX = 10;
/** "The maximum duration of the shutdown phase": with internal extensions only, and with external ones. */
export const SHUTDOWN_INTERNAL_MS = 500;
export const SHUTDOWN_EXTERNAL_MS = 2000;
/** The part of that which the runtime has before extensions are told, as in AWS's open emulator. */
export const SHUTDOWN_RUNTIME_SHARE = 0.3;
/** Brume's own: what an extension sends is a list of events or a subscription. */
export const EXTENSION_BODY_BYTES_MAX = 64 * 1024;
/** Brume's own: batches of telemetry that wait for an extension; what comes after is dropped. */
export const TELEMETRY_WAITING_BATCHES_MAX = 4;
/** Brume's own: how long an extension may take to take a batch. */
export const TELEMETRY_DELIVERY_MS = 5000;

/** Brume's own: a debugger has a connection or two. */
export const INSPECTOR_CONNECTIONS_MAX = 16;
/** Brume's own: how long fetching a runtime may take, and when it is tried again if it failed. */
export const FETCH_MS = 180_000;
export const FETCH_AGAIN_AFTER_MS = 60_000;
/** Brume's own: folders whose code is watched for changes. */
export const WATCHED_FOLDERS_MAX = 100;
/** An editor's last step comes sooner after the one before. */
export const WATCH_QUIET_MS = 100;
export const WATCH_PATIENCE_MS = 2000;

/** What `LogType: Tail` returns. */
export const LOG_TAIL_BYTES = 4096;
/** A longer line is cut into several events; CloudWatch Logs takes 256 KB per event. */
export const LOG_EVENT_BYTES_MAX = 256 * 1024;

/** Concurrent executions per account and region. */
export const ACCOUNT_CONCURRENCY = 1000;
/** What reserving concurrency must leave for the functions without a reservation. */
export const UNRESERVED_CONCURRENCY_MIN = 100;

/** Brume's own: processes of functions at one time, over all accounts; more invocations wait. */
export const ENVIRONMENTS_MAX = 250;
/** An execution environment that had nothing to do for so long is ended. */
export const ENVIRONMENT_IDLE_MS = 10 * 60_000;
/** Brume's own: unpacked code that no environment uses is kept up to this size. */
export const UNUSED_CODE_BYTES_MAX = 1024 * MIB;

export const LIST_ITEMS_MAX = 50;
/** Versions of one layer that are looked through for one that fits, newest first. */
export const LAYER_VERSIONS_READ_MAX = 1000;
export const VERSIONS_PER_FUNCTION_READ_MAX = 10_000;
/** Brume's own: environments that are being started at one time; starting is work for the processor. */
export const STARTING_MAX = 8;
/** An environment that has nothing to do for so long is frozen: not at once, since thawing costs time. */
export const FREEZE_AFTER_IDLE_MS = 30;
/** Environments that wait for a function; each has the memory of a runtime that does nothing. */
export const PREPARED_MAX = 2;
/** One is made so long after another was taken: the function that took it comes first. */
export const PREPARE_AFTER_MS = 100;
/** How often idle environments are looked at. */
export const IDLE_CHECK_MS = 30_000;
/** Brume's own: an environment that is kept initialised and has ended is replaced so much later. */
export const PROVISIONED_RESTART_MS = 1000;
/** Brume's own: configurations of provisioned concurrency that are read at one time. */
export const PROVISIONED_READ_MAX = 10_000;
/** Resource policy of a function, as JSON text. */
export const POLICY_BYTES_MAX = 20_480;
/** Code of all functions of an account in a region; told, not enforced: the disk is the user's own. */
export const TOTAL_CODE_BYTES_MAX = 75 * 1024 * MIB;
/** Asynchronous invocations that run at one time; the others wait in the store. */
export const EVENTS_RUNNING_MAX = 100;
/** An event whose function failed is tried twice more, after one minute and two. */
export const EVENT_RETRY_DELAYS_MS = [60_000, 120_000];
/** An event that could not be run is tried again after 1 s, 2 s, 4 s … up to this. */
export const EVENT_BACKOFF_MAX_MS = 5 * 60_000;
/** "Lambda retains events for up to 6 hours". */
export const EVENT_AGE_MAX_MS = 6 * 3_600_000;
/** Brume's own: function URLs that the log has a warning about. */
export const WARNED_URLS_MAX = 1000;
