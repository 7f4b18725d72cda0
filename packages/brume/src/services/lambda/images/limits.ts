/** Limits on container images: AWS's where there are some, else Brume's own. */

const MIB = 1024 * 1024;

/**
 * "Container image code package size: 10 GB (maximum uncompressed image size)". Brume's own is lower: what
 * is unpacked takes room on this machine's disk.
 */
export const IMAGE_UNPACKED_BYTES_MAX = 4096 * MIB;
/** Brume's own: unpacked images that no function names are kept up to this size. */
export const UNNAMED_IMAGES_BYTES_MAX = 1024 * MIB;
/** Brume's own: AWS's largest base images have some 60,000. */
export const IMAGE_ENTRIES_MAX = 500_000;
/** As Docker has it. */
export const IMAGE_LAYERS_MAX = 127;
/** "A registry SHOULD enforce some limit … at least 4 megabytes" (OCI distribution specification). */
export const MANIFEST_BYTES_MAX = 4 * MIB;
/** Brume's own: an image's settings, with the history of how it was made. */
export const IMAGE_CONFIG_BYTES_MAX = MIB;
/** Brume's own: of one that was asked for a token. */
export const TOKEN_BYTES_MAX = MIB;
/** Brume's own: Docker's settings, and what a program answers that keeps passwords. */
export const CREDENTIAL_BYTES_MAX = MIB;
/** Brume's own: somebody may have to allow it. */
export const CREDENTIAL_HELPER_MS = 30_000;
/** Brume's own: from a registry to where it keeps its blobs. */
export const REDIRECTS_MAX = 5;
/** As Linux has it for links on a path. */
export const LINKS_FOLLOWED_MAX = 40;
export const LINK_TARGET_BYTES_MAX = 4096;
