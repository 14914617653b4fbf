/// Blocks of remote files on the local disk, bounded in bytes; kept for the life of the process.
@NullMarked
package io.sluice.storage.cache;

import org.jspecify.annotations.NullMarked;
