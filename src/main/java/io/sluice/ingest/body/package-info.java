/// Request bodies on their way in: decompression, limits, fingerprints.
@NullMarked
package io.sluice.ingest.body;

import org.jspecify.annotations.NullMarked;
