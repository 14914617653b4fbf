/// Rows that wait for their commit, in memory or as files, and how they become `add` actions.
@NullMarked
package io.sluice.ingest.stage;

import org.jspecify.annotations.NullMarked;
